package dev.sluice.engine.net;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.sched.QueueDiscipline;
import dev.sluice.engine.vm.Fault;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The places where a device drops packets, each made when it first does. */
final class DropPlaces {
  private final String device;
  private final IdentityHashMap<EngineProgram, DropPlace> programs = new IdentityHashMap<>();
  private final IdentityHashMap<QueueDiscipline, Map<Handle, DropPlace>> queues =
      new IdentityHashMap<>();
  private final Map<Long, DropPlace> filters = new HashMap<>();
  private final Map<String, DropPlace> faults = new HashMap<>();
  private final DropPlace unknown;
  private final DropPlace frames;

  DropPlaces(String device) {
    this.device = device;
    unknown = place(DropPlace.Cause.PROGRAM, "a program");
    frames = place(DropPlace.Cause.REDIRECT, "XDP frame that the other end does not take");
  }

  private DropPlace place(DropPlace.Cause cause, String culprit) {
    return new DropPlace(cause, device, culprit, Handle.UNSPECIFIED);
  }

  DropPlace unknown() {
    return unknown;
  }

  /** A program; null for one that is not known. */
  DropPlace ofProgram(@Nullable EngineProgram program) {
    if (program == null) {
      return unknown;
    }
    DropPlace known = programs.get(program);
    if (known == null) {
      known = place(DropPlace.Cause.PROGRAM, program.spec().name());
      programs.put(program, known);
    }
    return known;
  }

  /** The filter that matched. */
  DropPlace ofFilter(Classification found) {
    long key = (long) found.priority << 32 | found.handle & 0xffff_ffffL;
    DropPlace known = filters.get(key);
    if (known == null) {
      String number =
          found.kind.equals("u32") ? U32.handleText(found.handle) : "0x%x".formatted(found.handle);
      String culprit = found.kind + " pref " + found.priority + " " + number;
      known = place(DropPlace.Cause.FILTER, culprit);
      filters.put(key, known);
    }
    return known;
  }

  DropPlace ofFault(Fault fault) {
    return faults.computeIfAbsent(
        fault.problem(), problem -> place(DropPlace.Cause.FAULT, problem));
  }

  /** Frames that an XDP program sends, and the other end does not take. */
  DropPlace ofFrame() {
    return frames;
  }

  /** A class of a queue, or the queue itself. */
  DropPlace ofQueue(QueueDiscipline by, Handle at) {
    Map<Handle, DropPlace> places = queues.get(by);
    if (places == null) {
      places = new HashMap<>();
      queues.put(by, places);
    }
    @Nullable DropPlace known = places.get(at);
    if (known == null) {
      Handle parent = by.parent();
      boolean nameless = by.handle().isUnspecified() && at.isUnspecified();
      String culprit =
          by + (nameless && !parent.equals(Handle.ROOT) ? " of " + parent.qdisc() : "");
      known = new DropPlace(DropPlace.Cause.QUEUE, device, culprit, at);
      places.put(at, known);
    }
    return known;
  }
}
