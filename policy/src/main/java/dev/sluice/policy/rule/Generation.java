package dev.sluice.policy.rule;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.Table;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.program.PolicyProgram;
import dev.sluice.policy.program.Tables;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.table.PrefixTable;
import dev.sluice.policy.table.PrefixTableWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One version of the rules in a datapath: filled tables, and the two programs that look into them.
 *
 * <p>A new version is made aside and put in place by an update of each link, so a packet meets the
 * old or the new rules and never half of them. What is known of connections and of rates that are
 * used is handed on from version to version.
 */
public final class Generation implements AutoCloseable {
  /** Maps that go on from one version to the next. */
  private static final Set<String> HANDED_ON = Set.of("connections", "buckets", "samples");

  /** The map of counters. */
  public static final String COUNTS = "counts";

  private static final Map<Direction, ObjectSpec> PROGRAMS = compile();

  private final Map<String, BpfMap> maps = new LinkedHashMap<>();
  private final Map<Direction, Program> programs = new EnumMap<>(Direction.class);
  private final RuleTables tables;
  private final PrefixTable table = new PrefixTable();
  private final PrefixTableWriter identities;
  private final ListChanges changes;
  private boolean full;

  /** What became of a change. */
  public enum Update {
    /** It is in force. */
    WRITTEN,
    /**
     * Nothing was changed: no rule has told such addresses apart before, or there is no room. A new
     * version of the rules can be made of what the list is to hold.
     */
    NEEDS_NEW_VERSION
  }

  private Generation(RuleTables tables) {
    this.tables = tables;
    tables.identities.prefixes().forEach(table::put);
    identities = new PrefixTableWriter(table);
    changes = new ListChanges(tables.identities);
  }

  private static Map<Direction, ObjectSpec> compile() {
    Map<Direction, ObjectSpec> objects = new EnumMap<>(Direction.class);
    ProgramCompiler.programsOf(PolicyProgram.class)
        .forEach(
            method ->
                objects.put(
                    method.getName().equals("incoming") ? Direction.INGRESS : Direction.EGRESS,
                    ProgramCompiler.compile(method).object()));
    return objects;
  }

  /**
   * Makes a version.
   *
   * @param before maps of the version before, by their names, some of which are handed on
   */
  public static Generation load(
      Datapath datapath, RuleTables tables, Map<String, ? extends BpfMap> before) {
    Generation generation = new Generation(tables);
    try {
      generation.makeMaps(datapath, before);
      generation.fill();
      for (Map.Entry<Direction, ObjectSpec> one : PROGRAMS.entrySet()) {
        generation.programs.put(
            one.getKey(),
            datapath.programs().load(one.getValue().programs().getFirst(), generation.maps));
      }
      return generation;
    } catch (RuntimeException e) {
      generation.close();
      throw e;
    }
  }

  /** Whether a map goes on from one version to the next. */
  public static boolean isHandedOn(String name) {
    return HANDED_ON.contains(name);
  }

  private void makeMaps(Datapath datapath, Map<String, ? extends BpfMap> before) {
    for (ObjectSpec object : PROGRAMS.values()) {
      for (MapSpec spec : identities.sized(object).maps()) {
        if (maps.containsKey(spec.name())) {
          continue;
        }
        BpfMap kept = before.get(spec.name());
        maps.put(
            spec.name(),
            kept != null && HANDED_ON.contains(spec.name())
                ? kept
                : datapath.maps().create(sized(spec)));
      }
    }
  }

  private MapSpec sized(MapSpec spec) {
    int last = tables.names.size();
    return switch (spec.name()) {
      case "hooks" -> spec.withMaxEntries(Math.max(1, tables.hooks.size()));
      case "traits" -> spec.withMaxEntries(tables.identities.size());
      case "permits" -> spec.withMaxEntries(Math.max(1, tables.permits.size()));
      case "owned" -> spec.withMaxEntries(Math.max(1, tables.owned.size()));
      case "patterns" ->
          spec.withMaxEntries(lastKey(tables.patterns.keySet()) + Tables.PATTERNS_OF_SCOPE);
      case "decisions" -> spec.withMaxEntries(Math.max(1, tables.decisions.size()));
      case "classes", "allowances", "choices", COUNTS -> spec.withMaxEntries(last + 1);
      default -> spec;
    };
  }

  private static int lastKey(Iterable<Integer> keys) {
    int last = 0;
    for (int key : keys) {
      last = Math.max(last, key);
    }
    return last;
  }

  private void fill() {
    identities.load(maps);
    tables.visit(this::put);
  }

  private <K, V> void put(String name, Table<K, V> table, Map<K, V> entries) {
    BpfMap map = maps.get(name);
    if (map == null || entries.isEmpty()) {
      return;
    }
    List<BpfMap.Entry> all = new ArrayList<>(entries.size());
    entries.forEach(
        (key, value) ->
            all.add(new BpfMap.Entry(table.keys().write(key), table.values().write(value))));
    map.updateAll(all, BpfMap.UpdateMode.ANY);
  }

  /**
   * Changes an address list while its rules are in force. An address that is in it before and
   * afterwards is so all the time; of the others, some may change before others do.
   *
   * @param policy the name of the policy that describes the list
   * @param list what the policy calls it; a list that no rule names is left alone
   * @param added prefixes that it holds afterwards
   * @param removed prefixes that it then does not hold, but for those added; what other prefixes of
   *     the list are around stays in it
   */
  public synchronized Update change(
      String policy, String list, Collection<Prefix> added, Collection<Prefix> removed) {
    if (full) {
      return Update.NEEDS_NEW_VERSION;
    }
    List<Map<Prefix, Integer>> steps = changes.change(new ListName(policy, list), added, removed);
    if (steps == null) {
      return Update.NEEDS_NEW_VERSION;
    }
    for (Map<Prefix, Integer> step : steps) {
      step.forEach(
          (prefix, identity) -> {
            if (identity == 0) {
              table.remove(prefix);
            } else {
              table.put(prefix, identity);
            }
          });
      if (identities.stage() == PrefixTableWriter.Update.FULL) {
        full = true;
        return Update.NEEDS_NEW_VERSION;
      }
    }
    identities.writeStaged();
    return Update.WRITTEN;
  }

  /** The program for a direction. */
  public Program program(Direction direction) {
    Program program = programs.get(direction);
    if (program == null) {
      throw new IllegalStateException("no program for " + direction);
    }
    return program;
  }

  /** The maps, by their names. */
  public Map<String, BpfMap> maps() {
    return Map.copyOf(maps);
  }

  /** What was counted, by what it counts. */
  public Map<RuleName, Count> counts() {
    BpfMap map = maps.get(COUNTS);
    return map == null ? Map.of() : counts(map, tables.names);
  }

  /**
   * Reads what was counted.
   *
   * @param map the programs' map {@value #COUNTS}
   * @param names what its numbers count
   */
  public static Map<RuleName, Count> counts(BpfMap map, Map<Integer, RuleName> names) {
    Map<RuleName, Count> counts = new LinkedHashMap<>();
    names.forEach(
        (number, name) -> {
          byte[] values = map.lookup(Tables.COUNTS.keys().write(number));
          Count sum = new Count(0, 0);
          int size = Tables.COUNTS.values().size();
          for (int at = 0; values != null && at < values.length; at += size) {
            Count one = Tables.COUNTS.values().read(Arrays.copyOfRange(values, at, at + size));
            sum = new Count(sum.packets() + one.packets(), sum.bytes() + one.bytes());
          }
          counts.put(name, sum);
        });
    return counts;
  }

  /** Gives up its references; what is attached or pinned lives on. */
  @Override
  public void close() {
    programs.values().forEach(Program::close);
    maps.values().forEach(BpfMap::close);
  }
}
