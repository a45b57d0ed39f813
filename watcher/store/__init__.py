"""What is kept: tables, repository, migrations."""
