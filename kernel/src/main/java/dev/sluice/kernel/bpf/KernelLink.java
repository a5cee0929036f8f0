package dev.sluice.kernel.bpf;

import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.BpfAttr.AttachFlag;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A link of the kernel, of whatever type. */
public final class KernelLink implements Link {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Fd fd;
  private final NetworkNamespace namespace;

  /**
   * Takes over an open link.
   *
   * @param namespace where to look for its chain when a request is refused
   */
  KernelLink(Fd fd, NetworkNamespace namespace) {
    this.fd = fd;
    this.namespace = namespace;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The index of its device is that in the device's own network namespace, which may not be this
   * datapath's.
   */
  @Override
  public LinkInfo info() {
    return read(fd);
  }

  static LinkInfo read(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(BpfInfo.Link.SIZE, Long.BYTES);
      BpfRefusal.check("read what is known of a link", BpfSyscall.info(fd, info));
      int type = info.get(INT, BpfInfo.Link.TYPE);
      return new LinkInfo(
          info.get(INT, BpfInfo.Link.ID),
          LinkType.nameOf(type),
          info.get(INT, BpfInfo.Link.PROGRAM_ID),
          place(type, info));
    }
  }

  private static LinkInfo.Place place(int type, MemorySegment info) {
    if (LinkType.XDP.is(type)) {
      int index = info.get(INT, BpfInfo.Link.DEVICE_INDEX);
      return new LinkInfo.AtDevice(Hook.XDP, index, Direction.INGRESS);
    }
    if (LinkType.CGROUP.is(type)) {
      int attachType = info.get(INT, BpfInfo.Link.CGROUP_ATTACH_TYPE);
      return KernelHook.find(Hook.CGROUP, attachType)
          .<LinkInfo.Place>map(
              direction -> new LinkInfo.AtCgroup(info.get(LONG, BpfInfo.Link.CGROUP_ID), direction))
          .orElseGet(LinkInfo.Elsewhere::new);
    }
    if (!LinkType.TCX.is(type) && !LinkType.NETKIT.is(type)) {
      return new LinkInfo.Elsewhere();
    }
    Hook hook = LinkType.TCX.is(type) ? Hook.TCX : Hook.NETKIT;
    return KernelHook.find(hook, info.get(INT, BpfInfo.Link.ATTACH_TYPE))
        .<LinkInfo.Place>map(
            direction ->
                new LinkInfo.AtDevice(hook, info.get(INT, BpfInfo.Link.DEVICE_INDEX), direction))
        .orElseGet(LinkInfo.Elsewhere::new);
  }

  @Override
  public void update(Program program) {
    update(program, null);
  }

  @Override
  public void update(Program program, @Nullable Program expected) {
    KernelProgram replacement = KernelProgram.of(program);
    long result;
    if (expected == null) {
      result = BpfSyscall.linkUpdate(fd, replacement.fd(), 0, 0);
    } else {
      Fd old = KernelProgram.of(expected).fd();
      int number = old.acquire();
      try {
        result = BpfSyscall.linkUpdate(fd, replacement.fd(), AttachFlag.REPLACE, number);
      } finally {
        old.release();
      }
    }
    if (result < 0) {
      throw LinkRefusal.ofUpdate(info(), namespace, replacement, expected, result);
    }
  }

  @Override
  public void detach() {
    long result = BpfSyscall.linkDetach(fd);
    if (result < 0) {
      throw LinkRefusal.ofDetach(info(), result);
    }
  }

  @Override
  public void pin(Path path) {
    BpfFileSystem.pin(fd, BpfObject.LINK, info().id(), path);
  }

  @Override
  public void close() {
    fd.close();
  }

  /** Reads {@code link 7}. */
  @Override
  public String toString() {
    return fd.isOpen() ? "link " + ObjectId.of(fd) : "closed link";
  }
}
