package dev.sluice.cli.prog;

import dev.sluice.cli.Session;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** {@code --datapath kernel|engine}: who is to load and run a program. */
final class DatapathOption {
  /** The ones that there are. */
  enum Choice {
    /** This kernel. */
    KERNEL,
    /** Sluice's own machine, which needs neither a privilege nor a kernel. */
    ENGINE
  }

  @Option(
      names = "--datapath",
      paramLabel = "kernel|engine",
      defaultValue = "kernel",
      description = "Who loads it: this kernel, or Sluice's engine, which needs no privilege.")
  private Choice choice = Choice.KERNEL;

  /** Whether it is the engine. */
  boolean isEngine() {
    return choice == Choice.ENGINE;
  }

  /** Refuses, for the engine, what only a kernel has. */
  void requireKernelFor(String what) {
    if (isEngine()) {
      throw new InvalidInput(
          "command line", 0, 0, what + " is in the kernel; --datapath engine knows only files");
    }
  }

  /** Does something with the datapath, which is open until then. */
  void use(Session session, Consumer<Datapath> work) {
    if (isEngine()) {
      try (EngineDatapath engine = EngineDatapath.open(new Network(1).addHost("host"))) {
        work.accept(engine);
      }
    } else {
      work.accept(session.datapath());
    }
  }
}
