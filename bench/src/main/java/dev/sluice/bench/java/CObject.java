package dev.sluice.bench.java;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one program of an object file that {@code bench/clang/build} made: its section, and which of
 * its constants are the addresses of which maps.
 */
final class CObject {
  private static final int SECTION_TABLE = 0x28;
  private static final int SECTION_SIZE = 0x3a;
  private static final int SECTIONS = 0x3c;
  private static final int NAMES = 0x3e;
  private static final int SYMBOL_BYTES = 24;
  private static final int RELOCATION_BYTES = 16;

  private final ByteBuffer file;

  private CObject(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A program. */
  static ProgramSpec program(String name) {
    try (InputStream in = CObject.class.getResourceAsStream(name + ".o")) {
      if (in == null) {
        throw new IllegalStateException("bench/clang/build did not make " + name + ".o");
      }
      Code code = new CObject(in.readAllBytes()).code();
      return ProgramSpec.of(name, ProgramType.SCHED_CLS, "GPL", code);
    } catch (IOException e) {
      throw new IllegalStateException(name + ".o can't be read", e);
    }
  }

  private Code code() {
    Map<Integer, String> maps = new HashMap<>();
    ByteBuffer relocations = section(".relprogram");
    ByteBuffer symbols = section(".symtab");
    while (relocations.remaining() >= RELOCATION_BYTES) {
      int slot = (int) relocations.getLong() / Bytecode.SLOT_BYTES;
      int symbol = (int) (relocations.getLong() >>> 32);
      maps.put(slot, text(section(".strtab"), symbols.getInt(symbol * SYMBOL_BYTES)));
    }
    byte[] bytes = new byte[section("program").remaining()];
    section("program").get(bytes);
    List<Instruction> instructions = Bytecode.decode(bytes, ByteOrder.LITTLE_ENDIAN);
    CodeBuilder code = CodeBuilder.create();
    int slot = 0;
    for (Instruction instruction : instructions) {
      String map = maps.get(slot);
      if (map != null && instruction instanceof Constant.Wide constant) {
        code.loadMap(constant.destination(), map);
      } else {
        code.add(instruction);
      }
      slot += instruction.slots();
    }
    return code.build();
  }

  private ByteBuffer section(String name) {
    int table = (int) file.getLong(SECTION_TABLE);
    int size = file.getShort(SECTION_SIZE);
    int names = table + size * file.getShort(NAMES);
    for (int i = 0; i < file.getShort(SECTIONS); i++) {
      int at = table + size * i;
      ByteBuffer texts = part(names);
      if (text(texts, file.getInt(at)).equals(name)) {
        return part(at);
      }
    }
    return ByteBuffer.allocate(0);
  }

  private ByteBuffer part(int header) {
    return file.slice((int) file.getLong(header + 0x18), (int) file.getLong(header + 0x20))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer texts, int at) {
    int end = at;
    while (texts.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at];
    texts.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
