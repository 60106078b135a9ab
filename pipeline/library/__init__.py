"""The cultivation library (培育库): loading settled records, listing, showing, exporting."""
