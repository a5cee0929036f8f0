package dev.sluice.engine.chain;

import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.Program;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** What the chains and links of a machine have in common. */
final class ChainScene {
  private final Machine machine;
  private final Function<Program, EngineProgram> unwrap;
  private final ChainRules rules = new ChainRules(this::title, this::linkHolders);

  /**
   * The chains and links of a machine.
   *
   * @param unwrap the program behind a handle; throws {@link IllegalArgumentException} for a handle
   *     of another datapath
   */
  ChainScene(Machine machine, Function<Program, EngineProgram> unwrap) {
    this.machine = machine;
    this.unwrap = unwrap;
  }

  Machine machine() {
    return machine;
  }

  /** The program behind a handle. */
  EngineProgram programOf(Program handle) {
    return unwrap.apply(handle);
  }

  /** The words of refusals. */
  ChainRules rules() {
    return rules;
  }

  private String title(int programId) {
    synchronized (machine) {
      EngineObject program = machine.programs().find(programId);
      return program == null ? "program " + programId : program.toString();
    }
  }

  private Holders linkHolders(int linkId) {
    synchronized (machine) {
      EngineObject link = machine.links().find(linkId);
      return link == null ? Holders.NOBODY : holders(link);
    }
  }

  /** Who holds a link: pins, and this process where there are more references than pins. */
  Holders holders(EngineObject link) {
    List<Path> pins = machine.pins().pathsOf(link);
    return new Holders(
        link.references() > pins.size() ? List.of(ThisProcess.HOLDER) : List.of(), pins);
  }

  /** The process that the engine runs in: it alone has handles. */
  private static final class ThisProcess {
    static final Holders.Process HOLDER = holder();

    private static Holders.Process holder() {
      ProcessHandle self = ProcessHandle.current();
      String command = self.info().command().orElse("java");
      String name = command.substring(command.lastIndexOf('/') + 1);
      return new Holders.Process(self.pid(), name.substring(0, Math.min(15, name.length())));
    }
  }
}
