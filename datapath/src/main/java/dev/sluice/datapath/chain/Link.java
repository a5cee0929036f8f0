package dev.sluice.datapath.chain;

import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;

/**
 * Owns one attachment of a program; the same type for every hook.
 *
 * <p>The attachment lives as long as the link has a reference: this object, a copy in another
 * process, or a pin. When a process dies, its references go with it. Nobody but a holder can take
 * the program out or put another in its place.
 *
 * {@snippet file="dev/sluice/conformance/snippet/Attach.java" region="update"}
 */
public interface Link extends AutoCloseable {
  /** The link as it is now. */
  LinkInfo info();

  /**
   * Puts another program in the place of the attached one, in the same place of the chain and
   * without a moment in which neither runs.
   *
   * @throws KernelRejected {@code ENOLINK} the link is defunct; {@code EEXIST} the program is in
   *     the chain already
   */
  void update(Program program);

  /**
   * The same, only if the attached program is the expected one.
   *
   * @throws KernelRejected {@code EPERM} another program is attached; otherwise as for {@link
   *     #update(Program)}
   */
  void update(Program program, Program expected);

  /**
   * Takes the program out and leaves the link defunct, for all its holders. Doing it again does
   * nothing.
   */
  void detach();

  /**
   * Keeps the link, and so the attachment, under a path of a BPF file system until the path is
   * removed.
   *
   * @param path an absolute path that does not exist yet
   */
  void pin(Path path);

  /**
   * Gives up this reference. If it was the last one, the program is taken out. May be called more
   * than once.
   */
  @Override
  void close();
}
