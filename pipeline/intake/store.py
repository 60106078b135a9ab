"""The content-addressed store: bytes under their SHA-256, written once, never changed.

On a local disk a `put` that returned is on the disk: file and folder are synced before and after the rename. Other
file systems of fsspec (S3, WebDAV …) write an object as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from extractors.errors import StorageError, TransientError
from pipeline.settings import Settings
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Store:
    """A store at an fsspec URL. Can be pickled; every process opens its own file system."""

    url: str
    views: Path
    """Local folder for copies that need a name with a suffix."""

    def put(self, data: bytes) -> str:
        """Stores bytes; their SHA-256 in hexadecimal. Storing the same bytes again writes nothing.

        Raises:
            StorageError: workspace-unusable, if the disk is full or can't be written.
            TransientError: store-unreachable, for a store elsewhere.
        """
        sha = hashlib.sha256(data).hexdigest()
        files, root = self._open()
        if isinstance(files, LocalFileSystem):
            _put_local(Path(root), sha, data)
            return sha
        try:
            if not files.exists(_key(root, sha)):
                files.pipe_file(_key(root, sha), data)
        except OSError as theirs:
            raise TransientError("store-unreachable", name=self.url) from theirs
        return sha

    def get(self, sha: str) -> bytes:
        """The bytes with this hash.

        Raises:
            StorageError: store-damaged, if they aren't there or aren't the same any more.
            TransientError: store-unreachable.
        """
        files, root = self._open()
        try:
            data: bytes = files.cat_file(_key(root, sha))
        except FileNotFoundError as theirs:
            raise StorageError("store-damaged", name=sha) from theirs
        except OSError as theirs:
            raise TransientError("store-unreachable", name=self.url) from theirs
        if hashlib.sha256(data).hexdigest() != sha:
            raise StorageError("store-damaged", name=sha)
        return data

    def local_path(self, sha: str, suffix: str = "") -> Path:
        """A local file with these bytes, its name ending in `suffix` (such as ``.xlsx``). It must not be written to.

        Raises:
            StorageError: store-damaged, workspace-unusable.
            TransientError: store-unreachable.
        """
        path = self.views / f"{sha}{suffix}"
        if path.exists():
            return path
        files, root = self._open()
        try:
            self.views.mkdir(parents=True, exist_ok=True)
            if isinstance(files, LocalFileSystem):
                try:
                    os.link(_key(root, sha), path)  # no second copy of a 60 MB scan
                    return path
                except FileExistsError:
                    return path
                except OSError:
                    pass  # the file system has no links, or views lie on another one: copy
            _write_whole(path, self.get(sha))
        except OSError as theirs:
            raise StorageError("workspace-unusable", name=str(self.views)) from theirs
        return path

    def _open(self) -> tuple[Any, str]:
        files, root = fsspec.core.url_to_fs(self.url)
        return files, str(root)


def open_store(settings: Settings, workspace: Workspace) -> Store:
    """The store that the settings name, else the one in the workspace."""
    return Store(settings.store_url or str(workspace.store.resolve()), workspace.views.resolve())


def _key(root: str, sha: str) -> str:
    return f"{root.rstrip('/')}/{sha[:2]}/{sha[2:]}"


def _put_local(root: Path, sha: str, data: bytes) -> None:
    path = Path(_key(str(root), sha))
    try:
        # A file under its final name is whole: it got there by a rename. Its size tells a disk that lied.
        if path.exists() and path.stat().st_size == len(data):
            return
        for folder in (root, path.parent):
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _sync_folder(folder.parent)
        _write_whole(path, data)
    except OSError as theirs:
        raise StorageError("workspace-unusable", name=str(root)) from theirs


def _write_whole(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can't open a folder; NTFS journals the rename
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
