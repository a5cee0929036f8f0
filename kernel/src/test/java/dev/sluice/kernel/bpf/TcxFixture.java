package dev.sluice.kernel.bpf;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A namespace of its own with a veth, and programs that are closed with it. */
final class TcxFixture implements AutoCloseable {
  final NetworkNamespace namespace;
  final KernelDatapath datapath;
  final Device device;
  final MprogChain chain;
  private final List<Program> programs = new ArrayList<>();

  TcxFixture() {
    namespace = Namespaces.create("tcx test");
    datapath = KernelDatapath.open(namespace);
    device = datapath.kernelDevices().createVeth("v0", "v1", null);
    chain =
        new MprogChain(
            namespace,
            new HookTarget.AtDevice(namespace, new AttachPoint.Tcx(device, Direction.INGRESS)));
  }

  /** A new program that passes packets on. */
  Program program(String name) {
    return program(name, ProgramType.SCHED_CLS, -1);
  }

  /** A new program of a type that always returns the same. */
  Program program(String name, ProgramType type, int verdict) {
    Program program =
        datapath.programs().load(TestPrograms.returning(name, type, verdict), Map.of());
    programs.add(program);
    return program;
  }

  /** A program's number. */
  static int id(Program program) {
    return program.info().id();
  }

  /** The numbers of the chain's programs. */
  List<Integer> ids() {
    return chain.query().entries().stream().map(ChainEntry::programId).toList();
  }

  /** The numbers of programs. */
  static List<Integer> idsOf(Program... programs) {
    return List.of(programs).stream().map(TcxFixture::id).toList();
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
    datapath.close();
    namespace.close();
  }
}
