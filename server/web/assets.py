"""Where the built islands, style sheets and icons are: logical names to hashed URLs, read from the build's manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class AssetsMissing(RuntimeError):
    """The browser side is not built: run `make build` (it needs Node 20 or newer, and npm)."""


class UnknownAsset(LookupError):
    """A template asks for an asset that the build does not make."""


@dataclass(frozen=True)
class Asset:
    """One built file and the chunks it imports, as paths below the static folder."""

    file: str
    imports: tuple[str, ...]


@dataclass(frozen=True)
class Assets:
    """All built files by their logical name (`app.css`, `diagram.js`, `icons.svg`), served below `prefix`."""

    files: Mapping[str, Asset]
    prefix: str

    def url(self, name: str) -> str:
        """The URL of `name`. Raises UnknownAsset."""
        return self.prefix + self._find(name).file

    def imports(self, name: str) -> tuple[str, ...]:
        """The URLs of the chunks that `name` loads first, for `modulepreload`. Raises UnknownAsset."""
        return tuple(self.prefix + chunk for chunk in self._find(name).imports)

    def _find(self, name: str) -> Asset:
        try:
            return self.files[name]
        except KeyError:
            known = ", ".join(sorted(self.files))
            raise UnknownAsset(
                f'No asset is called "{name}". Built are: {known}. After a change run `make build`.'
            ) from None


def read_assets(folder: Path, prefix: str = "/static/") -> Assets:
    """The assets that the build left in `folder`. Raises AssetsMissing where it did not run."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetsMissing((AssetsMissing.__doc__ or "").strip()) from None
    return Assets({name: Asset(one["file"], tuple(one["imports"])) for name, one in manifest.items()}, prefix)


def precompressed(folder: Path, file: str, accepted: str) -> tuple[str, str | None]:
    """The best twin of `file` for an Accept-Encoding header: its path below `folder` and its Content-Encoding."""
    offered = {part.split(";")[0].strip() for part in accepted.split(",") if not part.replace(" ", "").endswith(";q=0")}
    for encoding, ending in ENCODINGS:
        if encoding in offered and (folder / (file + ending)).is_file():
            return file + ending, encoding
    return file, None
