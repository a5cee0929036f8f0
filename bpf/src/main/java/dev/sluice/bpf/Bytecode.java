package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Instructions as the bytes that the kernel takes: {@code struct bpf_insn} in {@code
 * include/uapi/linux/bpf.h}. The two directions are inverse: decoding takes nothing that encoding
 * would not give, so fields that an instruction does not use must be 0, as the verifier demands.
 */
public final class Bytecode {
  /** Bytes in a slot. */
  public static final int SLOT_BYTES = Opcode.SLOT_BYTES;

  private Bytecode() {}

  /**
   * The bytes of instructions.
   *
   * @param mapDescriptor the file descriptor of the map with a name; its exceptions pass through
   * @param order the byte order of the machine that will run them
   */
  public static byte[] encode(
      List<Instruction> instructions, ToIntFunction<String> mapDescriptor, ByteOrder order) {
    int slots = 0;
    for (Instruction instruction : instructions) {
      slots += instruction.slots();
    }
    byte[] bytes = new byte[Math.multiplyExact(slots, SLOT_BYTES)];
    InstructionEncoder encoder =
        new InstructionEncoder(ByteBuffer.wrap(bytes).order(order), mapDescriptor);
    for (Instruction instruction : instructions) {
      encoder.encode(instruction);
    }
    return bytes;
  }

  /**
   * The bytes of instructions that name no map, for the machine this runs on.
   *
   * @throws IllegalArgumentException if an instruction names a map
   */
  public static byte[] encode(List<Instruction> instructions) {
    return encode(
        instructions,
        name -> {
          throw new IllegalArgumentException("no file descriptor is known for map '" + name + "'");
        },
        ByteOrder.nativeOrder());
  }

  /**
   * The instructions in bytes. Maps are {@link MapReference.Descriptor} or {@link
   * MapReference.Index}.
   *
   * @param order the byte order of the machine they are for
   * @throws InvalidBytecodeException if they are none
   */
  public static List<Instruction> decode(byte[] bytes, ByteOrder order) {
    return new InstructionDecoder(ByteBuffer.wrap(bytes).order(order)).decodeAll();
  }

  /**
   * The instructions in bytes for the machine this runs on.
   *
   * @throws InvalidBytecodeException if they are none
   */
  public static List<Instruction> decode(byte[] bytes) {
    return decode(bytes, ByteOrder.nativeOrder());
  }
}
