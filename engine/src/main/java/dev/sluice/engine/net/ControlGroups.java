package dev.sluice.engine.net;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.engine.chain.GroupHook;
import dev.sluice.engine.chain.HookGroups;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The control groups of a network's machine, version 2. They belong to no host. */
public final class ControlGroups implements HookGroups {
  /** The topmost group. */
  public static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Object monitor;
  private final SortedMap<Path, ControlGroup> groups = new TreeMap<>();
  private long lastId = 1;

  /** The topmost group alone. */
  ControlGroups(Object monitor) {
    this.monitor = monitor;
    groups.put(ROOT, new ControlGroup(null, ROOT, lastId));
  }

  /**
   * Makes a group.
   *
   * @param path an absolute path, right below a group that is there
   * @throws NotFound if there is no group above it
   * @throws KernelRejected {@code EEXIST} if it is there
   */
  public ControlGroup make(Path path) {
    synchronized (monitor) {
      Path above = path.getParent();
      ControlGroup parent = above == null ? null : groups.get(above);
      if (parent == null) {
        throw new NotFound("control group", String.valueOf(above));
      }
      if (groups.containsKey(path)) {
        throw new KernelRejected(
            "make control group " + path, Errno.EEXIST.number(), null, "it is there");
      }
      lastId++;
      ControlGroup made = new ControlGroup(parent, path, lastId);
      groups.put(path, made);
      return made;
    }
  }

  /**
   * Removes a group. Links there become defunct; sockets that were in it stay, with the programs of
   * those above.
   *
   * @throws NotFound if there is none
   * @throws KernelRejected {@code EBUSY} if there are groups below it
   */
  public void remove(Path path) {
    synchronized (monitor) {
      ControlGroup group = require(path);
      if (groups.values().stream().anyMatch(other -> group.equals(other.parent()))) {
        throw new KernelRejected(
            "remove control group " + path, Errno.EBUSY.number(), null, "there are groups below");
      }
      groups.remove(path);
      group.gone();
    }
  }

  /**
   * A group.
   *
   * @throws NotFound if there is none
   */
  public ControlGroup require(Path path) {
    @Nullable ControlGroup group = groups.get(path);
    if (group == null) {
      throw new NotFound("control group", path.toString());
    }
    return group;
  }

  @Override
  public GroupHook require(AttachPoint.Cgroup at) {
    return require(at.path()).hook(at.direction());
  }
}
