"""Puts this folder on the path of all tests (`drawn` serves several), and before it the packages and `samples`.

Without the second, the folders here that mirror the packages would pass for them where pytest isn't run by
``python -m``.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
