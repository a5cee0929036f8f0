package dev.sluice.engine.context;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Unsupported;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import org.jspecify.annotations.Nullable;

/**
 * The context of a program type: which of its fields a program may load and store, and what that
 * does to the packet. It follows {@code *_is_valid_access} and {@code *_convert_ctx_access} in
 * {@code net/core/filter.c}.
 */
public abstract sealed class ContextLayout permits SkbContext, XdpContext {
  private final int size;

  ContextLayout(int size) {
    this.size = size;
  }

  /**
   * The context of a program type.
   *
   * @throws Unsupported if it is not one of {@code SCHED_CLS}, {@code SCHED_ACT}, {@code
   *     CGROUP_SKB}, {@code SOCKET_FILTER} and {@code XDP}
   */
  public static ContextLayout of(ProgramType type) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT -> SkbContext.CLASSIFIER;
      case CGROUP_SKB -> SkbContext.CONTROL_GROUP;
      case SOCKET_FILTER -> SkbContext.SOCKET_FILTER;
      case XDP -> XdpContext.INSTANCE;
      default ->
          throw new Unsupported(
              "program type " + type.kernelName(),
              "the engine runs sched_cls, sched_act, xdp, cgroup_skb and socket_filter programs");
    };
  }

  /** Bytes of the structure; there are no fields from there on. */
  public final int size() {
    return size;
  }

  /**
   * Loads a field, or a part of one.
   *
   * @param offset where it begins in the structure
   * @param bytes 1, 2, 4 or 8
   * @return the value, not sign-extended; for {@code data}, {@code data_end} and {@code data_meta}
   *     a whole 64-bit address
   * @throws Fault if {@link #canLoad} is false
   */
  public abstract long load(Execution execution, int offset, int bytes);

  /**
   * Stores a field.
   *
   * @param offset where it begins in the structure
   * @param bytes 1, 2, 4 or 8
   * @param value the whole 64-bit source register. For {@code queue_mapping} the kernel looks at
   *     all of it: 65535 and more leave the field as it was
   * @throws Fault if {@link #canStore} is false
   */
  public abstract void store(Execution execution, int offset, int bytes, long value);

  /**
   * Stores an immediate. It differs from {@link #store} only where the kernel's does: a negative
   * {@code queue_mapping} is cut to 16 bits, and not taken for a number beyond the last queue.
   */
  public void storeImmediate(Execution execution, int offset, int bytes, int value) {
    store(execution, offset, bytes, value);
  }

  /** Whether a program may load so many bytes from here, without sign extension. */
  public abstract boolean canLoad(int offset, int bytes);

  /**
   * Whether a program may load so many bytes with sign extension: as {@link #canLoad}, but no
   * address.
   */
  public final boolean canLoadSigned(int offset, int bytes) {
    return pointerAt(offset) == null && canLoad(offset, bytes);
  }

  /** Whether a program may store so many bytes here. */
  public abstract boolean canStore(int offset, int bytes);

  /** The address that a load from here gives; null if it gives a number. */
  public abstract @Nullable ContextPointer pointerAt(int offset);

  /**
   * The public {@code int} field of {@code SocketBuffer} that a load of 4 bytes from here gives,
   * and that a store of 4 bytes sets where {@link #canStore} allows one; null if it takes more than
   * that, or is not allowed.
   */
  public abstract @Nullable String plainField(int offset);

  static Fault noField(String access, int bytes, int offset) {
    return new Fault(
        "%s of %d bytes at %d of the context is not allowed".formatted(access, bytes, offset));
  }
}
