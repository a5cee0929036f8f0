package dev.sluice.policy.rule;

import dev.sluice.compiler.program.Verdict;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A datapath with some devices, where packets are given to the programs of policies. */
final class Judge implements AutoCloseable {
  private static final int CONTEXT = 192;
  private static final int MARK = 8;
  private static final int PRIORITY = 32;
  private static final int INGRESS_IFINDEX = 36;
  private static final int IFINDEX = 40;

  private final Datapath datapath;
  private final @Nullable NetworkNamespace namespace;

  private Judge(Datapath datapath, @Nullable NetworkNamespace namespace) {
    this.datapath = datapath;
    this.namespace = namespace;
  }

  static Judge engine(int devices) {
    Network network = new Network(1);
    Host host = network.addHost("host");
    for (int i = 0; i < devices; i++) {
      network.connect(host, "w" + i, network.addHost("h" + i), "eth0", WireSpec.VETH);
    }
    return new Judge(EngineDatapath.open(host), null);
  }

  /** In a namespace of its own; skips the test without root. */
  static Judge kernel(int devices) {
    NetworkNamespace namespace = Namespaces.create("judge");
    KernelDatapath kernel = KernelDatapath.open(namespace);
    for (int i = 0; i < devices; i++) {
      Device device = kernel.kernelDevices().createVeth("w" + i, "p" + i, null);
      kernel.kernelDevices().setUp(device, true);
    }
    return new Judge(kernel, namespace);
  }

  Datapath datapath() {
    return datapath;
  }

  Device device(int index) {
    return datapath.device("w" + index);
  }

  /**
   * What becomes of a packet.
   *
   * @param verdict what the program returns
   * @param priority the packet's then
   */
  record Result(int verdict, int priority) {
    boolean passes() {
      return verdict == Verdict.NEXT;
    }
  }

  Result run(Generation generation, Device device, Direction direction, byte[] packet) {
    return run(generation, device, direction, packet, 0);
  }

  Result run(Generation generation, Device device, Direction direction, byte[] packet, int mark) {
    ByteBuffer context = ByteBuffer.allocate(CONTEXT).order(ByteOrder.nativeOrder());
    return run(generation, device, direction, packet, context.putInt(MARK, mark));
  }

  /**
   * What becomes of a packet that leaves.
   *
   * @param from the device that it came in by; null if this host sends it
   */
  Result leave(Generation generation, Device device, byte[] packet, @Nullable Device from) {
    ByteBuffer context = ByteBuffer.allocate(CONTEXT).order(ByteOrder.nativeOrder());
    context.putInt(INGRESS_IFINDEX, from == null ? 0 : from.index());
    return run(generation, device, Direction.EGRESS, packet, context);
  }

  private static Result run(
      Generation generation,
      Device device,
      Direction direction,
      byte[] packet,
      ByteBuffer context) {
    byte[] bytes = new byte[CONTEXT];
    context.putInt(IFINDEX, device.index()).get(0, bytes);
    TestRun.Result result =
        generation.program(direction).testRun(TestRun.of(packet).withContext(Bytes.copyOf(bytes)));
    ByteBuffer after = ByteBuffer.wrap(result.context().toArray()).order(ByteOrder.nativeOrder());
    return new Result(result.verdict(), after.getInt(PRIORITY));
  }

  /** Makes a version of the rules. */
  Generation load(Scene scene) {
    return Generation.load(datapath, RuleCompiler.compile(scene), Map.of());
  }

  @Override
  public void close() {
    datapath.close();
    if (namespace != null) {
      namespace.close();
    }
  }
}
