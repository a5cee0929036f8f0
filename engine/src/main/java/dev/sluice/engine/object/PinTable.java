package dev.sluice.engine.object;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.KernelRejected;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Paths under which objects are kept, in place of a BPF file system. They are the machine's own and
 * touch no file.
 */
public final class PinTable {
  private final SortedMap<Path, EngineObject> pinned = new TreeMap<>();

  /**
   * Keeps an object under a path.
   *
   * @throws KernelRejected {@code EEXIST} if something is kept there already
   * @throws InvalidInput if the path is not absolute
   */
  public void pin(EngineObject object, Path path) {
    if (!path.isAbsolute()) {
      throw new InvalidInput("pin", 0, 0, "expected an absolute path, found " + path);
    }
    Path at = path.normalize();
    if (pinned.containsKey(at)) {
      throw new KernelRejected(
          "pin " + object + " at " + at, Errno.EEXIST.number(), null, "there is a pin already");
    }
    object.acquireUser();
    pinned.put(at, object);
  }

  /** The object that is kept under a path; null if there is none. */
  public @Nullable EngineObject find(Path path) {
    return pinned.get(path.normalize());
  }

  /** Lets go of what is kept under a path; false if nothing is. */
  public boolean unpin(Path path) {
    EngineObject object = pinned.remove(path.normalize());
    if (object != null) {
      object.releaseUser();
    }
    return object != null;
  }

  /** Under which paths an object is kept. */
  public List<Path> pathsOf(EngineObject object) {
    List<Path> paths = new ArrayList<>();
    pinned.forEach(
        (path, kept) -> {
          if (kept.equals(object)) {
            paths.add(path);
          }
        });
    return paths;
  }
}
