package dev.sluice.datapath.chain;

import dev.sluice.datapath.program.Program;

/**
 * Where in a chain a program goes, said relative to what is there.
 *
 * <p>There is no anchor that replaces: a link is replaced in place by {@link Link#update}, a bare
 * program by {@link Chain#replaceProgram}.
 */
public sealed interface Anchor {
  /** Behind everything else: what the kernel does when nothing is said. */
  record Tail() implements Anchor {
    @Override
    public String toString() {
      return "tail";
    }
  }

  /** Before everything else. */
  record Head() implements Anchor {
    @Override
    public String toString() {
      return "head";
    }
  }

  /**
   * Right before an entry.
   *
   * @param target the entry
   */
  record Before(Target target) implements Anchor {
    @Override
    public String toString() {
      return "before " + target;
    }
  }

  /**
   * Right behind an entry.
   *
   * @param target the entry
   */
  record After(Target target) implements Anchor {
    @Override
    public String toString() {
      return "after " + target;
    }
  }

  /** Behind everything else. */
  static Anchor tail() {
    return new Tail();
  }

  /** Before everything else. */
  static Anchor head() {
    return new Head();
  }

  /** Right before the entry that a link owns. */
  static Anchor before(Link link) {
    return new Before(target(link));
  }

  /** Right before the entry with a program. */
  static Anchor before(Program program) {
    return new Before(new ProgramId(program.info().id()));
  }

  /** Right behind the entry that a link owns. */
  static Anchor after(Link link) {
    return new After(target(link));
  }

  /** Right behind the entry with a program. */
  static Anchor after(Program program) {
    return new After(new ProgramId(program.info().id()));
  }

  private static Target target(Link link) {
    LinkInfo info = link.info();
    // At the classic hook the kernel knows no link; the program names the entry as well.
    return info.id() == 0 ? new ProgramId(info.programId()) : new LinkId(info.id());
  }

  /** An entry of a chain. Naming one by its number needs no privilege to open it. */
  sealed interface Target {}

  /**
   * The entry with a program, bare or under a link.
   *
   * @param id the program's number, 1 or more
   */
  record ProgramId(int id) implements Target {
    @Override
    public String toString() {
      return "program " + id;
    }
  }

  /**
   * The entry that a link owns.
   *
   * @param id the link's number, 1 or more
   */
  record LinkId(int id) implements Target {
    @Override
    public String toString() {
      return "link " + id;
    }
  }
}
