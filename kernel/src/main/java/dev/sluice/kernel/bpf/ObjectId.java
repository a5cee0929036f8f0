package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.NotFound;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntConsumer;

/** The numbers by which the kernel knows programs, maps and links. */
final class ObjectId {
  /** All three info structures begin with the type and then the number. */
  private static final int ID = 4;

  private static final int SIZE = 8;

  private ObjectId() {}

  /** The number of an open object. */
  static int of(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIZE, Long.BYTES);
      BpfRefusal.check("read the number of a BPF object", BpfSyscall.info(fd, info));
      return info.get(ValueLayout.JAVA_INT, ID);
    }
  }

  /** Opens an object by its number. */
  static Fd open(BpfObject kind, int id) {
    long result = BpfSyscall.openById(kind.open(), id);
    // EAGAIN: a link that somebody is making just now has its number, but is not there yet
    // (bpf_link_by_id in kernel/bpf/syscall.c).
    if (BpfRefusal.is(result, Errno.ENOENT) || BpfRefusal.is(result, Errno.EAGAIN)) {
      throw new NotFound(kind.title(), Integer.toString(id));
    }
    return new Fd(
        BpfRefusal.check("open " + kind.title() + " " + id, result, Privilege.CAP_SYS_ADMIN));
  }

  /** Hands over the number of every object of a kind, in ascending order. */
  static void forEach(BpfObject kind, IntConsumer consumer) {
    int id = 0;
    while (true) {
      long next = BpfSyscall.nextId(kind.next(), id);
      if (BpfRefusal.is(next, Errno.ENOENT)) {
        return;
      }
      id = BpfRefusal.check("list " + kind.title() + "s", next, Privilege.CAP_SYS_ADMIN);
      consumer.accept(id);
    }
  }
}
