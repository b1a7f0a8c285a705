"""The release to serve now, wherever it is kept."""

import threading
import time

from app.releases.files import DamagedRelease
from app.releases.opening import OpenRelease
from app.releases.store import NoRelease, Store


class CurrentRelease:
    """The release to serve now. It follows the pointer within a quarter of a second, without a restart.

    A release that cannot be opened, or whose file is not the one that was published, is not taken: the last good one
    goes on being served, and ``problem`` says why. What is served is read from a copy in memory (see ``COPIED``), so
    damage to its file does no harm here; it is noticed all the same, and said, since no other process could open it.
    """

    INTERVAL = 0.25
    """Seconds between two looks at the pointer and at the file of the release served."""
    READ_AGAIN = 300.0
    """Seconds after which the file is read again though nothing about it seems to have changed."""

    def __init__(self, store: Store, pool_size: int = 4, query_seconds: float = 0) -> None:
        self.store = store
        self.problem: str | None = None
        self._pool_size = pool_size
        self._query_seconds = query_seconds
        self._open: OpenRelease | None = None
        self._judged: tuple[object, ...] = ()
        self._looked = float("-inf")
        self._lock = threading.Lock()
        self._closing: threading.Event | None = None

    def get(self) -> OpenRelease:
        """The current release; raise ``NoRelease`` where none has ever been opened."""
        if self.store.remote and self._closing is not None and not self._closing.is_set():
            # A thread looks, so that no request ever waits for a database that does not answer.
            return self._served()
        now = time.monotonic()
        if now - self._looked >= self.INTERVAL and self._lock.acquire(blocking=self._open is None):
            try:
                self._follow()
                self._looked = now
                if self.store.remote:
                    self._keep_following()
            finally:
                self._lock.release()
        return self._served()

    def _served(self) -> OpenRelease:
        if self._open is None:
            raise NoRelease(self.problem or "No release has been published yet.")
        return self._open

    def _keep_following(self) -> None:
        if self._closing is not None and not self._closing.is_set():
            return
        self._closing = closing = threading.Event()

        def follow() -> None:
            while not closing.wait(self.INTERVAL):
                with self._lock:
                    if not closing.is_set():
                        self._follow()

        threading.Thread(target=follow, name="follow-the-pointer", daemon=True).start()

    def _follow(self) -> None:
        try:
            wanted = self.store.current_id()
            # What was looked at once is read again only if it is another, or now and then: a disk may spoil a file
            # without changing what a look tells of it.
            seen = (wanted, self.store.look(wanted or ""), time.monotonic() // self.READ_AGAIN)
        except OSError as error:
            self.problem = f"The pointer in {self.store.name} cannot be read ({type(error).__name__})."
            self._judged = ()
            return
        if seen == self._judged:
            return
        if wanted is None:
            self.problem = f"No release is current in {self.store.name}: run `python -m app publish`."
        elif self._open is not None and wanted == self._open.id:
            self.problem = self.store.harm_to(self._open)
        else:
            self.problem = self._take(wanted)
        self._judged = seen
        if wanted and self.problem and (self._open is None or (self._open.id == wanted and not self._open.copied)):
            self._fall_back()

    def _take(self, wanted: str) -> str | None:
        """Serve a release from now on; what is wrong with it, where it cannot be."""
        try:
            opened = self.store.open(wanted, self._pool_size, query_seconds=self._query_seconds, keep=True)
        except DamagedRelease as error:
            return f"Release {wanted} is damaged: {error}."
        except Exception as error:  # noqa: BLE001  Whatever is wrong with a file, the last good one is served.
            return f"Release {wanted} cannot be opened ({type(error).__name__})."
        if opened.id != wanted:
            opened.close()
            return f"Release {wanted} cannot be taken: its file says that it is {opened.id}."
        previous, self._open = self._open, opened
        if previous is not None:
            previous.close()
        return None

    def _fall_back(self) -> None:
        """Serve the release published last among those that are whole, rather than none or a damaged one."""
        try:
            held = self.store.list()
            found = next((each for each in held if self.store.may_serve(each.id) and self._take(each.id) is None), None)
        except OSError:
            return
        if found is not None:
            self.problem = f"{self.problem} Release {found.id} is served instead."

    def close(self) -> None:
        if self._closing is not None:
            self._closing.set()
        # A look that has begun is let to its end.
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None
                # Whoever asks again is not told that there is none because somebody looked just now.
                self._looked, self._judged = float("-inf"), ()
