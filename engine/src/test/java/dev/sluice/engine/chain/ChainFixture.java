package dev.sluice.engine.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.ProgramSymbols;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.Machine;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.vm.Executable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A machine with devices, and programs that are Java. */
public final class ChainFixture {
  /** The time on it, in nanoseconds. */
  public long now;

  /** The machine. */
  public final Machine machine = new Machine(() -> now, 1);

  final Device device = new Device(3, "eth0");

  final Map<Integer, HookDevice> devices = new TreeMap<>();
  final TcxHook ingress = new TcxHook(device, Direction.INGRESS);
  final TcxHook egress = new TcxHook(device, Direction.EGRESS);
  final EngineLinks links = new EngineLinks(machine, ChainFixture::unwrap);
  final EngineChains chains =
      new EngineChains(
          machine,
          devices::get,
          at -> {
            throw new AssertionError("no control group here: " + at);
          },
          () -> {
            throw new AssertionError("no classic hook here");
          },
          ChainFixture::unwrap);

  /** A machine with one device. */
  public ChainFixture() {
    devices.put(
        device.index(),
        new HookDevice() {
          @Override
          public TcxHook tcx(Direction direction) {
            return direction == Direction.INGRESS ? ingress : egress;
          }

          @Override
          public XdpHook xdp() {
            throw new AssertionError("no XDP here");
          }

          @Override
          public boolean isNetkit() {
            return false;
          }

          @Override
          public @Nullable NetkitHook netkit(AttachPoint.Netkit.Side side) {
            return null;
          }
        });
  }

  /** The program behind a handle. */
  public static EngineProgram unwrap(Program program) {
    return ((Handle) program).program;
  }

  /** Its device. */
  public Device device() {
    return device;
  }

  Chain chain() {
    return chains.at(new AttachPoint.Tcx(device, Direction.INGRESS), AttachMode.AUTO);
  }

  void removeDevice() {
    devices.remove(device.index());
    ingress.gone();
    egress.gone();
  }

  /** A program that leaves a number. */
  public Handle program(String name, int verdict) {
    return program(name, ProgramType.SCHED_CLS, _ -> verdict);
  }

  /** A program of a type. */
  public Handle program(String name, ProgramType type, Executable executable) {
    ProgramSpec spec =
        ProgramSpec.of(name, type, "GPL", CodeBuilder.create().move(Register.R0, 0).exit().build());
    return new Handle(new EngineProgram(machine, spec, Map.of(), executable, 0));
  }

  List<Integer> programIds() {
    return chain().query().entries().stream().map(ChainEntry::programId).toList();
  }

  static int id(Program program) {
    return program.info().id();
  }

  /** Expects a refusal with an error number. */
  public static KernelRejected refused(Errno errno, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(KernelRejected.class);
    KernelRejected rejected = (KernelRejected) thrown;
    assertThat(Errno.nameOf(rejected.errno())).as(rejected.getMessage()).isEqualTo(errno.name());
    return rejected;
  }

  /** A reference to a program of the fixture. */
  public static final class Handle implements Program {
    /** The program. */
    public final EngineProgram program;

    Handle(EngineProgram program) {
      this.program = program;
    }

    @Override
    public ProgramInfo info() {
      ProgramType type = program.spec().type();
      return new ProgramInfo(
          program.id(),
          type,
          type.number(),
          program.spec().name(),
          "0011223344556677",
          true,
          0,
          0,
          16,
          0,
          2,
          List.of(),
          0,
          0,
          0);
    }

    @Override
    public byte[] translatedInstructions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ProgramSymbols symbols() {
      return ProgramSymbols.NONE;
    }

    @Override
    public TestRun.Result testRun(TestRun run) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void pin(Path path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      program.release();
    }
  }
}
