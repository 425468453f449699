"""Write the table of which role may call what into docs/api.md: `python scripts/write_api_table.py`."""

from pathlib import Path

from server.api.documentation import roles_table
from server.api.nouns import NOUNS

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
BEGIN = "| endpoint |"

if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest[rest.index("\n\n") :] if "\n\n" in rest else "\n"
    PAGE.write_text(before + roles_table(NOUNS).rstrip("\n") + after, encoding="utf-8")
