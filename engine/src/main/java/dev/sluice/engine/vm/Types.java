package dev.sluice.engine.vm;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.skb.SocketBuffer;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/** The types that compiled code names. */
final class Types {
  static final ClassDesc CD_EXECUTION = describe(Execution.class);
  static final ClassDesc CD_EXECUTABLE = describe(Executable.class);
  static final ClassDesc CD_SEGMENTS = describe(Segments.class);
  static final ClassDesc CD_PROGRAM = describe(CompiledProgram.class);
  static final ClassDesc CD_MEMORY = describe(MemoryAccess.class);
  static final ClassDesc CD_GUEST = describe(GuestMemory.class);
  static final ClassDesc CD_TURNS = describe(LoopTurns.class);
  static final ClassDesc CD_RARE = describe(RareArithmetic.class);
  static final ClassDesc CD_ATOMIC = describe(AtomicUpdate.class);
  static final ClassDesc CD_LOAD = describe(PacketLoad.class);
  static final ClassDesc CD_TAIL = describe(TailCall.class);
  static final ClassDesc CD_FAULT = describe(Fault.class);
  static final ClassDesc CD_IMAGE = describe(Image.class);
  static final ClassDesc CD_HELPER = describe(Helper.class);
  static final ClassDesc CD_CONTEXT = describe(ContextLayout.class);
  static final ClassDesc CD_PACKET = describe(SocketBuffer.class);
  static final ClassDesc CD_LONGS = CD_long.arrayType();
  static final ClassDesc CD_BYTES = ConstantDescs.CD_byte.arrayType();

  private Types() {}

  private static ClassDesc describe(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
