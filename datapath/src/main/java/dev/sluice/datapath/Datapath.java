package dev.sluice.datapath;

import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Links;
import dev.sluice.datapath.program.Maps;
import dev.sluice.datapath.program.Programs;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.List;

/**
 * Where traffic is controlled: the Linux kernel, in one of its network namespaces, or an engine in
 * Java.
 *
 * <p>A datapath is opened for one network namespace and sees that namespace's devices. Everything
 * it hands out is safe to use from several threads. Closing it closes what it opened for itself;
 * programs, maps and links that it handed out are the caller's and stay open.
 *
 * {@snippet file="dev/sluice/conformance/snippet/Look.java" region="open"}
 *
 * <p>What hangs at a device is read so:
 *
 * {@snippet file="dev/sluice/conformance/snippet/Look.java" region="look"}
 */
public interface Datapath extends AutoCloseable {
  /** {@code kernel} or {@code engine}. */
  String name();

  /** The devices, in the order of their index. */
  List<Device> devices();

  /**
   * The device with a name.
   *
   * @throws NotFound if there is none
   */
  Device device(String name);

  /** Qdiscs, classes and filters. */
  TrafficControl trafficControl();

  /** Devices of kind {@code ifb}: queues for what arrives at others. */
  Intermediates intermediates();

  /**
   * The chain of programs at an attach point. Nothing is looked up until it is used.
   *
   * @param at where
   * @param mode whether to fall back on the classic hook where TCX is missing
   */
  Chain chain(AttachPoint at, AttachMode mode);

  /** The chain at an attach point, with {@link AttachMode#AUTO}. */
  default Chain chain(AttachPoint at) {
    return chain(at, AttachMode.AUTO);
  }

  /** Loaded programs. */
  Programs programs();

  /** Maps. */
  Maps maps();

  /** Links of every kind. */
  Links links();

  /** What this datapath can do. The first call probes; later calls return the same findings. */
  Capabilities capabilities();

  /** Frees what the datapath holds for itself. May be called more than once. */
  @Override
  void close();
}
