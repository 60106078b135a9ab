"""What a form is (configuration), and how a table becomes records with typed values."""
