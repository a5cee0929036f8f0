package dev.sluice.bench.policy;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleCompiler;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.rule.Scene;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Party;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Way;
import dev.sluice.policy.table.Addresses.Address6;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** So many prefixes, blocked by one rule with a list, by a rule each, and in the kernel's table. */
final class Contestants implements AutoCloseable {
  static final String POLICY = "bench";
  static final String LIST = "blocked";
  private static final String DEVICE = "lo";
  private static final int CONTEXT = 192;
  private static final int IFINDEX = 40;

  private final Datapath kernel;
  private final boolean six;
  private final RandomPrefixes prefixes;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Traffic, Map<String, Program>> programs = new EnumMap<>(Traffic.class);
  private final Generation oneList;
  private final double loadMilliseconds;

  Contestants(Datapath kernel, boolean six, int count) {
    this.kernel = kernel;
    this.six = six;
    prefixes = new RandomPrefixes(six, count, count);
    List<Prefix> all = prefixes.all();
    Party list = new Party(List.of(), List.of(LIST), List.of(), List.of(), List.of());
    long start = System.nanoTime();
    oneList = load(List.of(block("list", list)), Map.of(LIST, all));
    loadMilliseconds = (System.nanoTime() - start) / 1e6;
    List<Block> rules = new ArrayList<>();
    for (Prefix prefix : all) {
      rules.add(
          block(
              "rule" + rules.size(),
              new Party(List.of(prefix), List.of(), List.of(), List.of(), List.of())));
    }
    Generation ruleEach = load(rules, Map.of());
    Map<String, BpfMap> trie = trie(all);
    for (Traffic traffic : Traffic.values()) {
      Map<String, BpfMap> addresses = choice(traffic);
      program(traffic, "nothing", "nothing", addresses);
      program(traffic, "list", "policy", addresses, oneList.maps());
      program(traffic, "rules", "policy", addresses, ruleEach.maps());
      program(traffic, "table", "table", addresses, oneList.maps());
      program(traffic, "trie", "trie", addresses, trie);
    }
  }

  private static Block block(String name, Party from) {
    Match match = new Match(from, null, null, List.of(), List.of(), List.of(), null);
    return new Block(name, DEVICE, null, Way.DOWNLOAD, List.of(match));
  }

  private Generation load(List<Block> blocks, Map<String, List<Prefix>> lists) {
    Spec spec =
        new Spec(
            List.of(), List.of(), List.of(), List.of(), List.of(), blocks, List.of(), List.of(),
            List.of(), List.of());
    Scene.Source source =
        new Scene.Source(
            TrafficPolicy.of(POLICY, spec),
            lists,
            (at, problem) -> new IllegalStateException(at + ": " + problem));
    RuleTables tables =
        RuleCompiler.compile(
            new Scene(List.of(source), List.of(), kernel.devices(), (_, _, _) -> 0));
    Generation generation = Generation.load(kernel, tables, Map.of());
    open.add(generation);
    return generation;
  }

  /** The addresses that packets get. */
  private Map<String, BpfMap> choice(Traffic traffic) {
    BpfMap map =
        six
            ? make(RandomPackets.CHOICE6, "choice6", RandomPackets.CHOICE)
            : make(RandomPackets.CHOICE4, "choice4", RandomPackets.CHOICE);
    List<BpfMap.Entry> entries = new ArrayList<>();
    List<Prefix> hosts = Stream.generate(prefixes::address).limit(traffic.hosts()).toList();
    for (int i = 0; i < RandomPackets.CHOICE; i++) {
      Prefix address = hosts.get(i % hosts.size());
      entries.add(
          six
              ? entry(RandomPackets.CHOICE6, i, new Address6(address.high(), address.low()))
              : entry(RandomPackets.CHOICE4, i, address.address4()));
    }
    map.updateAll(entries, BpfMap.UpdateMode.ANY);
    return Map.of(map.info().name(), map);
  }

  private Map<String, BpfMap> trie(List<Prefix> all) {
    BpfMap map =
        six
            ? make(RandomPackets.TRIE6, "trie6", all.size())
            : make(RandomPackets.TRIE4, "trie4", all.size());
    List<BpfMap.Entry> entries = new ArrayList<>();
    for (Prefix prefix : all) {
      entries.add(
          six
              ? entry(
                  RandomPackets.TRIE6,
                  RandomPackets.Key6.of(prefix.length(), prefix.high(), prefix.low()),
                  1)
              : entry(
                  RandomPackets.TRIE4,
                  new RandomPackets.Key4(prefix.length(), prefix.address4()),
                  1));
    }
    map.updateAll(entries, BpfMap.UpdateMode.ANY);
    return Map.of(map.info().name(), map);
  }

  private BpfMap make(Table<?, ?> table, String name, int entries) {
    MapSpec spec = table.spec(name).withMaxEntries(entries);
    BpfMap map = kernel.maps().create(spec);
    open.add(map);
    return map;
  }

  private static <K, V> BpfMap.Entry entry(Table<K, V> table, K key, V value) {
    return new BpfMap.Entry(table.keys().write(key), table.values().write(value));
  }

  @SafeVarargs
  private void program(Traffic traffic, String name, String method, Map<String, BpfMap>... maps) {
    ObjectSpec object;
    try {
      object =
          ProgramCompiler.compile(
                  RandomPackets.class.getMethod(method + (six ? 6 : 4), SkBuff.class))
              .object();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
    Map<String, BpfMap> all = new LinkedHashMap<>();
    for (Map<String, BpfMap> some : maps) {
      all.putAll(some);
    }
    Program program = kernel.programs().load(object.programs().getFirst(), all);
    open.add(program);
    programs.computeIfAbsent(traffic, _ -> new LinkedHashMap<>()).put(name, program);
  }

  /** The programs, by what tables call them. */
  List<String> names() {
    return List.copyOf(programs(Traffic.ANY).keySet());
  }

  RandomPrefixes prefixes() {
    return prefixes;
  }

  /** The rules with the list. */
  Generation oneList() {
    return oneList;
  }

  /** How long the rules with the list took to compile and load. */
  double loadMilliseconds() {
    return loadMilliseconds;
  }

  private Map<String, Program> programs(Traffic traffic) {
    return programs.getOrDefault(traffic, Map.of());
  }

  /** Nanoseconds a run of a program, whose packets differ. */
  double run(Traffic traffic, String name, int runs) {
    ByteBuffer context = ByteBuffer.allocate(CONTEXT).order(ByteOrder.nativeOrder());
    context.putInt(IFINDEX, kernel.device(DEVICE).index());
    Program program = programs(traffic).get(name);
    if (program == null) {
      throw new IllegalStateException("no program " + name);
    }
    TestRun run = TestRun.of(packet()).withContext(Bytes.copyOf(context.array())).repeated(runs);
    return program.testRun(run).nanoseconds();
  }

  private byte[] packet() {
    ByteBuffer packet = ByteBuffer.allocate(100);
    if (six) {
      packet.putShort(12, (short) 0x86dd).put(14, (byte) 0x60).put(20, (byte) 17);
    } else {
      packet.putShort(12, (short) 0x0800).put(14, (byte) 0x45).put(23, (byte) 17);
    }
    return packet.array();
  }

  @Override
  public void close() {
    for (AutoCloseable one : open.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
