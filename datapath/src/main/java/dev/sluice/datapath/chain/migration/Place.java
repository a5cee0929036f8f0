package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Both hooks of one direction of a device.
 *
 * @param datapath where it is
 * @param pins where its links are pinned
 * @param at the TCX chain, which the classic hook is behind
 * @param policies whether a program is a policy's, and so not ours to move
 */
record Place(
    Datapath datapath, LinkPins pins, AttachPoint.Tcx at, Predicate<ProgramInfo> policies) {
  Chain chain() {
    return datapath.chain(at, AttachMode.TCX);
  }

  Chain classic() {
    return datapath.chain(at, AttachMode.TC);
  }

  AttachPoint.Clsact classicPoint() {
    return new AttachPoint.Clsact(at.device(), at.direction());
  }

  ProgramInfo program(int id) {
    try (Program program = datapath.programs().open(id)) {
      return program.info();
    }
  }

  PinnedLink link(Path pin) {
    return new PinnedLink(datapath, pins, pin);
  }

  /** Our links that are attached, by their numbers. */
  Map<Integer, Path> links() {
    Map<Integer, Path> links = new LinkedHashMap<>();
    for (Path pin : pins.at(at)) {
      PinnedLink link = link(pin);
      if (!link.isDefunct()) {
        links.put(link.id(), pin);
      }
    }
    return links;
  }

  void addFilter(int id, Anchor anchor) {
    try (Program program = datapath.programs().open(id)) {
      classic().attachProgram(program, AttachOptions.at(anchor));
    }
  }

  void removeFilter(int id) {
    try (Program program = datapath.programs().open(id)) {
      classic().detachProgram(program, 0);
    }
  }

  /** Where an entry goes when it is put back: before what is behind it now. */
  static Anchor before(ChainState state, int program) {
    OptionalInt index = state.indexOfProgram(program);
    int next = index.orElse(state.entries().size()) + 1;
    return next < state.entries().size()
        ? new Anchor.Before(new Anchor.ProgramId(state.entries().get(next).programId()))
        : Anchor.tail();
  }
}
