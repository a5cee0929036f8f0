package dev.sluice.conformance.snippet;

import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.util.Map;

/** For {@link Chain} and {@link Link}: attaching programs and keeping them attached. */
public final class Attach {
  private Attach() {}

  /** Loads a program that drops everything. */
  public static Program dropEverything(Datapath datapath) {
    // @start region="load"
    Code code = CodeBuilder.create().move(Register.R0, Verdict.DROP.number()).exit().build();
    ProgramSpec spec = ProgramSpec.of("drop", ProgramType.SCHED_CLS, "Apache-2.0", code);
    Program drop = datapath.programs().load(spec, Map.of());
    // @end
    return drop;
  }

  /** Attaches a program before all others, on condition that nobody moved meanwhile. */
  public static Link first(Datapath datapath, Device device, Program program) {
    // @start region="attach"
    Chain chain = datapath.chain(new AttachPoint.Tcx(device, Direction.INGRESS));
    while (true) {
      ChainState seen = chain.query();
      try {
        return chain.attach(program, AttachOptions.at(Anchor.head()).expecting(seen.revision()));
      } catch (KernelRejected refused) {
        if (!refused.is(Errno.ESTALE)) {
          throw refused; // its message names the rule, and whose program is in the way
        }
      }
    }
    // @end
  }

  /** Puts a new version of a program in the place of the old, and keeps it when we end. */
  public static void renew(Link link, Program newer, Program older, Path pin) {
    // @start region="update"
    link.update(newer, older); // in place: no packet passes in between
    link.pin(pin); // stays attached without us
    link.close();
    // @end
  }
}
