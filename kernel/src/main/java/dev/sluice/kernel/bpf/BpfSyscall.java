package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.kernel.syscall.Fd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bpf(2)}: a method for each command. Results are the kernel's own, a negative one being a
 * negated error number; what it means is for the caller to say, who knows what was asked.
 */
final class BpfSyscall {
  private BpfSyscall() {}

  /** How often a call that the kernel asks to repeat is repeated. */
  private static final int RETRIES = 10;

  /**
   * {@code BPF_LINK_CREATE} at a hook: a file descriptor.
   *
   * @param target the index of a device, or the descriptor of a control group
   */
  static long linkCreate(
      Fd program, int target, int attachType, int flags, int relative, long revision) {
    try (BpfRequest request = new BpfRequest(BpfAttr.LinkCreate.SIZE)) {
      request
          .set(BpfAttr.LinkCreate.PROGRAM_FD, program)
          .set(BpfAttr.LinkCreate.TARGET, target)
          .set(BpfAttr.LinkCreate.ATTACH_TYPE, attachType)
          .set(BpfAttr.LinkCreate.FLAGS, flags)
          .set(BpfAttr.LinkCreate.RELATIVE, relative)
          .setLong(BpfAttr.LinkCreate.EXPECTED_REVISION, revision);
      return retrying(request, BpfCommand.LINK_CREATE);
    }
  }

  /** {@code BPF_LINK_UPDATE}; with an old program only if that one is attached. */
  static long linkUpdate(Fd link, Fd program, int flags, int oldProgram) {
    try (BpfRequest request = new BpfRequest(BpfAttr.LinkUpdate.SIZE)) {
      return request
          .set(BpfAttr.LinkUpdate.LINK_FD, link)
          .set(BpfAttr.LinkUpdate.PROGRAM_FD, program)
          .set(BpfAttr.LinkUpdate.FLAGS, flags)
          .set(BpfAttr.LinkUpdate.OLD_PROGRAM_FD, oldProgram)
          .call(BpfCommand.LINK_UPDATE);
    }
  }

  /** {@code BPF_LINK_DETACH}. */
  static long linkDetach(Fd link) {
    return single(BpfCommand.LINK_DETACH, link);
  }

  /** {@code BPF_MAP_FREEZE}. */
  static long mapFreeze(Fd map) {
    return single(BpfCommand.MAP_FREEZE, map);
  }

  /** {@code BPF_ENABLE_STATS}: a file descriptor that keeps the statistics on. */
  static long enableStatistics() {
    try (BpfRequest request = new BpfRequest(BpfAttr.Single.SIZE)) {
      return request
          .set(BpfAttr.Single.NUMBER, BpfAttr.STATS_RUN_TIME)
          .call(BpfCommand.ENABLE_STATS);
    }
  }

  private static long single(BpfCommand command, Fd fd) {
    try (BpfRequest request = new BpfRequest(BpfAttr.Single.SIZE)) {
      return request.set(BpfAttr.Single.NUMBER, fd).call(command);
    }
  }

  /** {@code BPF_PROG_ATTACH}; {@code replace} is a descriptor for {@code F_REPLACE}, else 0. */
  static long programAttach(
      Fd program, int target, int attachType, int flags, int replace, int relative, long revision) {
    int number = program.acquire();
    try {
      return attach(
          BpfCommand.PROG_ATTACH, number, target, attachType, flags, replace, relative, revision);
    } finally {
      program.release();
    }
  }

  /** {@code BPF_PROG_DETACH}; a program of 0 leaves it to flags and anchor. */
  static long programDetach(
      int program, int target, int attachType, int flags, int relative, long revision) {
    return attach(
        BpfCommand.PROG_DETACH, program, target, attachType, flags, 0, relative, revision);
  }

  private static long attach(
      BpfCommand command,
      int program,
      int target,
      int attachType,
      int flags,
      int replace,
      int relative,
      long revision) {
    try (BpfRequest request = new BpfRequest(BpfAttr.ProgramAttach.SIZE)) {
      request
          .set(BpfAttr.ProgramAttach.TARGET, target)
          .set(BpfAttr.ProgramAttach.PROGRAM_FD, program)
          .set(BpfAttr.ProgramAttach.ATTACH_TYPE, attachType)
          .set(BpfAttr.ProgramAttach.FLAGS, flags)
          .set(BpfAttr.ProgramAttach.REPLACE_FD, replace)
          .set(BpfAttr.ProgramAttach.RELATIVE, relative)
          .setLong(BpfAttr.ProgramAttach.EXPECTED_REVISION, revision);
      return retrying(request, command);
    }
  }

  /** Repeats a call while an anchor's link is not settled yet ({@code bpf_link_by_id}). */
  private static long retrying(BpfRequest request, BpfCommand command) {
    long result = request.call(command);
    for (int i = 0; i < RETRIES && BpfRefusal.is(result, Errno.EAGAIN); i++) {
      Thread.onSpinWait();
      result = request.call(command);
    }
    return result;
  }

  /** What a query found. */
  record QueryResult(
      long result, int flags, long revision, List<Integer> programs, List<Integer> links) {}

  /** {@code BPF_PROG_QUERY}, again with more room while the chain is longer than expected. */
  static QueryResult programQuery(int target, int attachType) {
    int room = 64;
    while (true) {
      try (BpfRequest request = new BpfRequest(BpfAttr.ProgramQuery.SIZE)) {
        MemorySegment programs = request.memory(room * 4L);
        MemorySegment links = request.memory(room * 4L);
        long result =
            request
                .set(BpfAttr.ProgramQuery.TARGET, target)
                .set(BpfAttr.ProgramQuery.ATTACH_TYPE, attachType)
                .set(BpfAttr.ProgramQuery.COUNT, room)
                .point(BpfAttr.ProgramQuery.PROGRAM_IDS, programs)
                .point(BpfAttr.ProgramQuery.LINK_IDS, links)
                .call(BpfCommand.PROG_QUERY);
        int count = request.get(BpfAttr.ProgramQuery.COUNT);
        if (BpfRefusal.is(result, Errno.ENOSPC)) {
          room = Math.max(count, room * 2);
          continue;
        }
        if (result < 0) {
          return new QueryResult(result, 0, 0, List.of(), List.of());
        }
        return new QueryResult(
            result,
            request.get(BpfAttr.ProgramQuery.ATTACH_FLAGS),
            request.getLong(BpfAttr.ProgramQuery.REVISION),
            numbers(programs, count),
            numbers(links, count));
      }
    }
  }

  /** The first numbers in memory. */
  static List<Integer> numbers(MemorySegment memory, int count) {
    List<Integer> numbers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      numbers.add(memory.getAtIndex(ValueLayout.JAVA_INT, i));
    }
    return numbers;
  }

  /** {@code BPF_OBJ_PIN}. */
  static long pin(Fd fd, Path path) {
    try (BpfRequest request = new BpfRequest(BpfAttr.Pin.SIZE)) {
      return request
          .point(BpfAttr.Pin.PATH, path.toString())
          .set(BpfAttr.Pin.FD, fd)
          .call(BpfCommand.OBJ_PIN);
    }
  }

  /** {@code BPF_OBJ_GET}: a file descriptor. */
  static long openPin(Path path) {
    try (BpfRequest request = new BpfRequest(BpfAttr.Pin.SIZE)) {
      return request.point(BpfAttr.Pin.PATH, path.toString()).call(BpfCommand.OBJ_GET);
    }
  }

  /** Opens an object by its number: a file descriptor. */
  static long openById(BpfCommand command, int id) {
    try (BpfRequest request = new BpfRequest(BpfAttr.ById.SIZE)) {
      return request.set(BpfAttr.ById.ID, id).call(command);
    }
  }

  /** The smallest number of an object above another number. */
  static long nextId(BpfCommand command, int id) {
    try (BpfRequest request = new BpfRequest(BpfAttr.ById.SIZE)) {
      long result = request.set(BpfAttr.ById.ID, id).call(command);
      return result < 0 ? result : request.get(BpfAttr.ById.NEXT_ID);
    }
  }

  /**
   * {@code BPF_OBJ_GET_INFO_BY_FD} into memory, which may hold addresses for the kernel to fill.
   */
  static long info(Fd fd, MemorySegment info) {
    try (BpfRequest request = new BpfRequest(BpfAttr.InfoByFd.SIZE)) {
      return request
          .set(BpfAttr.InfoByFd.FD, fd)
          .set(BpfAttr.InfoByFd.LENGTH, (int) info.byteSize())
          .point(BpfAttr.InfoByFd.INFO, info)
          .call(BpfCommand.OBJ_GET_INFO_BY_FD);
    }
  }
}
