package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A chain with the names of its programs.
 *
 * @param state the chain
 * @param names the names, in the order that programs run; empty for one that went meanwhile
 */
record ChainNames(ChainState state, List<String> names) {
  /** Copies the list. */
  ChainNames {
    names = List.copyOf(names);
  }

  static ChainNames of(Datapath datapath, Chain chain) {
    ChainState state = chain.query();
    List<String> names = new ArrayList<>();
    state.entries().forEach(entry -> names.add(name(datapath, entry.programId())));
    return new ChainNames(state, names);
  }

  private static String name(Datapath datapath, int id) {
    try (Program program = datapath.programs().open(id)) {
      return program.info().name();
    } catch (NotFound e) {
      return "";
    }
  }

  /** How many programs run before one; negative if it is not there. */
  int index(int program) {
    return state.indexOfProgram(program).orElse(-1);
  }

  /** What runs before a program, but for some: their names. */
  List<String> ahead(int program, Set<Integer> but) {
    List<String> ahead = new ArrayList<>();
    for (int i = 0; i < index(program); i++) {
      if (!but.contains(state.entries().get(i).programId())) {
        ahead.add(names.get(i));
      }
    }
    return ahead;
  }

  /** Where a program goes for so many to run before it. */
  Anchor anchor(int index) {
    return index == 0
        ? Anchor.head()
        : index >= names.size()
            ? Anchor.tail()
            : new Anchor.After(new Anchor.ProgramId(state.entries().get(index - 1).programId()));
  }
}
