"""A scenario in a workbook: opened with care (`xlsx`), laid out (`layout`, `leaves`), read and written."""
