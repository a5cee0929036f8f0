package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A reference to a link: what a file descriptor is for the kernel's. */
final class LinkHandle implements Link {
  private final ChainScene scene;
  private final EngineLink link;
  private boolean closed;

  /** Takes over a reference that the caller had. */
  LinkHandle(ChainScene scene, EngineLink link) {
    this.scene = scene;
    this.link = link;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  @Override
  public LinkInfo info() {
    synchronized (scene.machine()) {
      requireOpen();
      return link.info();
    }
  }

  @Override
  public void update(Program program) {
    update(program, null);
  }

  @Override
  public void update(Program program, @Nullable Program expected) {
    synchronized (scene.machine()) {
      requireOpen();
      int result =
          link.update(
              scene.programOf(program), expected == null ? null : scene.programOf(expected));
      if (result < 0) {
        throw refused(program.info(), expected, result);
      }
    }
  }

  private KernelRejected refused(ProgramInfo program, @Nullable Program expected, int result) {
    ProgramHook hook = link.hook();
    String rule =
        scene
            .rules()
            .ofUpdate(
                () -> hook == null ? null : hook.state(),
                link.info(),
                program,
                expected,
                Errno.of(-result));
    return new KernelRejected(
        "update %s to %s".formatted(link, ChainRules.title(program)), -result, null, rule);
  }

  @Override
  public void detach() {
    synchronized (scene.machine()) {
      requireOpen();
      link.detach();
    }
  }

  @Override
  public void pin(Path path) {
    synchronized (scene.machine()) {
      requireOpen();
      scene.machine().pins().pin(link, path);
    }
  }

  @Override
  public void close() {
    synchronized (scene.machine()) {
      if (!closed) {
        closed = true;
        link.release();
      }
    }
  }

  /** Reads {@code link 7}. */
  @Override
  public String toString() {
    synchronized (scene.machine()) {
      return closed ? "closed link" : link.toString();
    }
  }
}
