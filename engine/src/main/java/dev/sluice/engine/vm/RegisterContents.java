package dev.sluice.engine.vm;

import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.context.ContextPointer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What registers hold before each instruction, as far as it follows from the code: pointers into
 * the context and the stack with their offsets, which are certain, and pointers into the packet,
 * which are a guess that compiled code checks. Also tells which instructions are ever reached.
 */
final class RegisterContents {
  /** Anything. */
  static final byte OTHER = 0;

  /** The context, at a known offset. */
  static final byte CONTEXT = 1;

  /** This function's stack, at a known offset from its lowest byte. */
  static final byte STACK = 2;

  /** Somewhere in the packet, most likely. */
  static final byte PACKET = 3;

  private static final int REGISTERS = 11;
  private static final int FAR = 1 << 20;

  private final Image image;
  private final byte[] @Nullable [] kinds;
  private final int[] @Nullable [] offsets;
  private final ArrayDeque<Integer> pending = new ArrayDeque<>();

  private byte[] kind = new byte[REGISTERS];
  private int[] offset = new int[REGISTERS];

  private RegisterContents(Image image) {
    this.image = image;
    kinds = new byte[image.slots()][];
    offsets = new int[image.slots()][];
  }

  /**
   * Follows the code from its entry and from where functions begin.
   *
   * @param functions slots where functions begin
   */
  static RegisterContents of(Image image, BitSet functions) {
    RegisterContents contents = new RegisterContents(image);
    functions.stream().forEach(contents::enter);
    while (!contents.pending.isEmpty()) {
      contents.follow(contents.pending.pop());
    }
    return contents;
  }

  /** Whether an instruction is ever reached. */
  boolean reached(int slot) {
    return kinds[slot] != null;
  }

  /** The next instruction that is ever reached; the number of slots if there is none. */
  int nextReached(int slot) {
    int next = slot + 1;
    while (next < kinds.length && kinds[next] == null) {
      next++;
    }
    return next;
  }

  /** What a register holds before an instruction. */
  byte kind(int slot, int register) {
    byte[] known = kinds[slot];
    return known == null ? OTHER : known[register];
  }

  /** The offset of what a register holds, of the context or the stack. */
  int offset(int slot, int register) {
    int[] known = offsets[slot];
    return known == null ? 0 : known[register];
  }

  private void enter(int slot) {
    Arrays.fill(kind, OTHER);
    if (slot == 0) {
      set(1, CONTEXT, 0);
    }
    set(10, STACK, Address.STACK_BYTES);
    join(slot);
  }

  private void set(int register, byte newKind, int newOffset) {
    kind[register] = newKind;
    offset[register] = newOffset;
  }

  /** Adds what is held now to what is held before an instruction. */
  private void join(int slot) {
    if (slot >= image.slots()) {
      return;
    }
    byte[] known = kinds[slot];
    int[] at = offsets[slot];
    if (known == null || at == null) {
      kinds[slot] = kind.clone();
      offsets[slot] = offset.clone();
      pending.push(slot);
      return;
    }
    boolean changed = false;
    for (int register = 0; register < REGISTERS; register++) {
      boolean same =
          known[register] == kind[register]
              && (kind[register] == PACKET || at[register] == offset[register]);
      if (known[register] != OTHER && !same) {
        known[register] = OTHER;
        changed = true;
      }
    }
    if (changed) {
      pending.push(slot);
    }
  }

  private void follow(int slot) {
    byte[] known = kinds[slot];
    int[] at = offsets[slot];
    if (known == null || at == null) {
      return;
    }
    kind = known.clone();
    offset = at.clone();
    int operation = image.operation[slot];
    apply(slot, operation);
    if (operation == Operation.EXIT || operation == Operation.NONE) {
      return;
    }
    if (jumps(operation)) {
      join(image.offset[slot]);
    }
    if (operation != Operation.GOTO) {
      join(image.following(slot));
    }
  }

  /** Whether an operation may go on elsewhere in the function. */
  static boolean jumps(int operation) {
    return operation >= Operation.GOTO && operation <= Operation.MAY_GOTO;
  }

  private void apply(int slot, int operation) {
    int destination = image.destination[slot];
    int source = image.source[slot];
    switch (operation) {
      case Operation.MOV -> {
        if (source == Image.IMMEDIATE) {
          kind[destination] = OTHER;
        } else {
          set(destination, kind[source], offset[source]);
        }
      }
      case Operation.ADD -> {
        if (source == Image.IMMEDIATE) {
          move(destination, image.value[slot]);
        } else {
          boolean packet = kind[destination] == PACKET || kind[source] == PACKET;
          kind[destination] = packet ? PACKET : OTHER;
        }
      }
      case Operation.SUB -> {
        if (source == Image.IMMEDIATE) {
          move(destination, -image.value[slot]);
        } else if (kind[destination] != PACKET) {
          kind[destination] = OTHER;
        }
      }
      case Operation.LOAD32 -> {
        boolean pointer =
            kind[source] == CONTEXT
                && packetPointer(image.context, offset[source] + image.offset[slot]) != null;
        kind[destination] = pointer ? PACKET : OTHER;
      }
      case Operation.CALL_HELPER,
          Operation.CALL_FUNCTION,
          Operation.CALL_INDIRECT,
          Operation.TAIL_CALL ->
          Arrays.fill(kind, 0, 6, OTHER);
      case Operation.LOAD_PACKET -> kind[0] = OTHER;
      case Operation.ATOMIC -> {
        kind[0] = OTHER;
        kind[source] = OTHER;
      }
      default -> {
        if (operation < Operation.STORE8) {
          kind[destination] = OTHER;
        }
      }
    }
  }

  private void move(int register, long distance) {
    long moved = offset[register] + distance;
    if (kind[register] != PACKET) {
      if (Math.abs(moved) > FAR) {
        kind[register] = OTHER;
      }
      offset[register] = (int) moved;
    }
  }

  /** The pointer that a load of 4 bytes from a place of the context gives. */
  static @Nullable ContextPointer packetPointer(ContextLayout context, int offset) {
    return offset >= 0 && offset < context.size() ? context.pointerAt(offset) : null;
  }
}
