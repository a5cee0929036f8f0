package dev.sluice.conformance.kernel;

import dev.sluice.bpf.Code;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A kernel to ask what the engine should do. Tests that open it are skipped without root. */
final class KernelVerdict implements AutoCloseable {
  private final NetworkNamespace namespace;
  private final KernelDatapath datapath;

  private KernelVerdict(NetworkNamespace namespace) {
    this.namespace = namespace;
    datapath = KernelDatapath.open(namespace);
  }

  static KernelVerdict open() {
    Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
    try {
      return new KernelVerdict(NetworkNamespace.create("judge"));
    } catch (NotPermitted e) {
      return Assumptions.abort("not root");
    }
  }

  KernelDatapath datapath() {
    return datapath;
  }

  /** An engine of which the one host has a loopback device, as the kernel's namespace has. */
  static Datapath engine() {
    return EngineDatapath.open(new Network(1).addHost("judged"));
  }

  /** The verifier's log if it refuses a program; empty if it takes it. */
  Optional<String> refusal(ProgramType type, String license, Code code) {
    try (var _ = datapath.programs().load(ProgramSpec.of("ask", type, license, code), Map.of())) {
      return Optional.empty();
    } catch (VerifierRejected e) {
      return Optional.of(e.log());
    }
  }

  @Override
  public void close() {
    datapath.close();
    namespace.close();
  }
}
