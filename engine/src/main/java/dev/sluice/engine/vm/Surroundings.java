package dev.sluice.engine.vm;

import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/** What helpers ask of the machine and network around a run. */
public interface Surroundings {
  /** Nanoseconds of the machine's clock. */
  long nanoseconds();

  /** The next random number, any 32 bits. */
  int random();

  /** The maps that addresses name. */
  MapSlots mapSlots();

  /**
   * Sends a copy of a packet ({@code bpf_clone_redirect}).
   *
   * @param packet the packet, which stays as it is
   * @param deviceIndex the device
   * @param ingress whether the copy arrives at the device; else it leaves by it
   * @return 0, or a negative error number
   */
  int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress);

  /** The MTU of a device in bytes; −1 if there is no such device. */
  int mtu(int deviceIndex);

  /** Takes a line that a program printed ({@code bpf_trace_printk}). */
  void trace(String line);

  /** Where {@code bpf_perf_event_output} goes; null for nowhere. */
  @Nullable EventSink events();

  /** Takes what programs put out. The array is the caller's again afterwards. */
  interface EventSink {
    /**
     * An event.
     *
     * @param mapId the number of the perf event array
     * @param data the bytes
     * @param from where they begin
     * @param size how many there are
     */
    void event(int mapId, byte[] data, int from, int size);
  }
}
