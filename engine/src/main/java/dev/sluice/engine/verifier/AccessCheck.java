package dev.sluice.engine.verifier;

import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;

/**
 * Instructions that load and store ({@code check_load_mem}, {@code check_store_reg}, {@code
 * check_atomic} and {@code check_ld_abs} in {@code kernel/bpf/verifier.c}).
 */
final class AccessCheck {
  private final Walk walk;
  private final ProgramType type;
  private final MemoryCheck memory;

  AccessCheck(Walk walk, ProgramType type, MemoryCheck memory) {
    this.walk = walk;
    this.type = type;
    this.memory = memory;
  }

  void memory(Memory access) {
    switch (access) {
      case Memory.Load(var size, boolean signed, var destination, var base, int offset) -> {
        walk.read(base);
        Walk.requireWritable(destination);
        walk.state()
            .set(
                destination.number(),
                memory.load(walk.state(), base.number(), offset, size.bytes(), signed));
      }
      case Memory.Store(var size, var base, int offset, var value) -> {
        RegisterState stored = walk.read(value);
        RegisterState place = walk.read(base);
        if (value instanceof Register register
            && place.type == RegisterState.Type.STACK
            && stored.isKnownScalar()
            && stored.scalar.bits.value() == 0) {
          walk.needs(register.number()); // as the kernel does where it notes zeros
        }
        memory.store(walk.state(), base.number(), offset, size.bytes(), stored);
      }
      case Memory.LoadAbsolute _ -> loadPacket();
      case Memory.LoadIndirect(var _, var index, int _) -> {
        walk.read(index);
        loadPacket();
      }
    }
  }

  private void loadPacket() {
    boolean may =
        type == ProgramType.SCHED_CLS
            || type == ProgramType.SCHED_ACT
            || type == ProgramType.SOCKET_FILTER;
    if (!may) {
      throw Rejection.invalid("BPF_LD_[ABS|IND] instructions not allowed for this program type");
    }
    if (!walk.state().references.isEmpty()) {
      throw Rejection.invalid("BPF_LD_[ABS|IND] would lead to reference leak");
    }
    RegisterState context = walk.read(Register.R6);
    if (context.type != RegisterState.Type.CONTEXT) {
      throw Rejection.invalid("at the time of BPF_LD_ABS|IND R6 != pointer to skb");
    }
    MemoryCheck.requirePlain(Register.R6.number(), context);
    CallCheck.clearScratch(walk.state());
    walk.state().set(0, RegisterState.unknown());
  }

  void atomic(Atomic atomic) {
    int size = atomic.size().bytes();
    int base = atomic.base().number();
    switch (atomic) {
      case Atomic.LoadAcquire(var _, var destination, var from, int offset) -> {
        walk.read(from);
        requireAtomic(base);
        memory.requireStrictAlignment(walk.state(), base, offset, size);
        Walk.requireWritable(destination);
        walk.state()
            .set(destination.number(), memory.load(walk.state(), base, offset, size, false));
      }
      case Atomic.StoreRelease(var _, var to, int offset, var source) -> {
        RegisterState stored = walk.read(source);
        walk.read(to);
        requireAtomic(base);
        memory.requireStrictAlignment(walk.state(), base, offset, size);
        memory.store(walk.state(), base, offset, size, stored);
      }
      case Atomic.Update(var operator, var _, var at, int offset, var source) -> {
        walk.read(source);
        walk.read(at);
        boolean compares = operator == AtomicOperator.COMPARE_EXCHANGE;
        if (compares) {
          walk.read(Register.R0);
        }
        requireAtomic(base);
        Register loaded = compares ? Register.R0 : source;
        if (operator.fetches()) {
          // Before the access, so that the address is no more if it was there.
          walk.set(loaded, RegisterState.unknown());
        }
        memory.requireStrictAlignment(walk.state(), base, offset, size);
        memory.requireKnownPlace(walk.state(), base, offset, size);
        RegisterState old = memory.load(walk.state(), base, offset, size, false);
        if (operator.fetches()) {
          walk.set(loaded, old);
        }
        memory.store(walk.state(), base, offset, size, null);
      }
    }
  }

  private void requireAtomic(int base) {
    RegisterState.Type pointed = walk.state().register(base).type;
    if (pointed == RegisterState.Type.CONTEXT || pointed.isPacket()) {
      throw Rejection.access("BPF_ATOMIC stores into R%d %s is not allowed", base, pointed.text);
    }
  }
}
