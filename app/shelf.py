"""The releases that are open for reading: the current one, and those whose frozen pages were read last."""

import threading
import weakref
from collections import OrderedDict

from app.current import CurrentRelease
from app.releases.opening import OpenRelease
from app.releases.store import Store

ROOM = 6
"""How many releases besides the current one one process holds open. Each may have some connections of its own."""


class ReleaseGone(Exception):
    """No release of this id is held (any more)."""

    def __init__(self, release_id: str) -> None:
        super().__init__(f"There is no release {release_id}.")
        self.release_id = release_id


class ReleaseUnreadable(Exception):
    """The release is held, and this program cannot read it: it was built for another schema, or is damaged."""

    def __init__(self, release_id: str) -> None:
        super().__init__(f"Release {release_id} cannot be read by this program.")
        self.release_id = release_id


class Shelf:
    """Opens releases by their ids and keeps the last few open. Safe to use from many threads.

    A release that is put aside is closed when the last page that reads it is done, and not before.
    """

    def __init__(
        self,
        store: Store,
        current: CurrentRelease,
        pool_size: int = 4,
        query_seconds: float = 0,
        room: int = ROOM,
    ) -> None:
        self.store = store
        self._query_seconds = query_seconds
        self._current = current
        self._pool_size = pool_size
        self._room = room
        self._open: OrderedDict[str, OpenRelease] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, release_id: str) -> OpenRelease:
        """The release of an id; raise ``ReleaseGone`` or ``ReleaseUnreadable``, or ``NoRelease`` where none is current.

        The current release is shared with every other page. One that was removed is gone at once.
        """
        current = self._current.get()
        if current.id == release_id:
            return current
        with self._lock:
            if not self.store.holds(release_id):
                self._open.pop(release_id, None)
                raise ReleaseGone(release_id)
            if release_id not in self._open:
                self._open[release_id] = self._opened(release_id)
            self._open.move_to_end(release_id)
            while len(self._open) > self._room:
                self._open.popitem(last=False)
            return self._open[release_id]

    def _opened(self, release_id: str) -> OpenRelease:
        try:
            release = self.store.open(release_id, self._pool_size, query_seconds=self._query_seconds, keep=True)
        except FileNotFoundError:
            raise ReleaseGone(release_id) from None
        except Exception as error:  # Whatever is wrong with a file, the reader is told, and other pages go on.
            raise ReleaseUnreadable(release_id) from error
        # A page may still be about to ask the release something when it is put aside.
        weakref.finalize(release, release.engine.dispose)
        if release.id != release_id:
            raise ReleaseUnreadable(release_id)
        return release

    def opened(self) -> tuple[str, ...]:
        """The ids of what stands on the shelf, the one read last at the end."""
        with self._lock:
            return tuple(self._open)

    def close(self) -> None:
        with self._lock:
            for release in self._open.values():
                release.close()
            self._open.clear()
