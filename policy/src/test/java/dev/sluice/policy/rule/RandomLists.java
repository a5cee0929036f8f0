package dev.sluice.policy.rule;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Party;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Target;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Workload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two policies whose rules name address lists, some by the same name, beside prefixes and workloads
 * that lie within them; and changes of the lists.
 */
final class RandomLists {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final List<String> POLICIES = List.of("one", "two");
  private static final int FIRST_CLASS = 0x51ce_0010;

  private final Random random;
  private final List<Device> devices;
  private final Map<String, Map<String, Set<Prefix>>> lists = new LinkedHashMap<>();
  private final List<Spec> specs = new ArrayList<>();
  private final List<BoundWorkload> workloads = new ArrayList<>();
  private final Set<Prefix> seen = new HashSet<>();

  RandomLists(Random random, List<Device> devices) {
    this.random = random;
    this.devices = devices;
    Workload workload =
        new Workload(
            "w",
            null,
            Map.of(),
            "w0",
            null,
            null,
            null,
            null,
            List.of(address(), address()),
            List.of());
    workloads.add(new BoundWorkload(workload, devices.getFirst(), workload.addresses()));
    for (String policy : POLICIES) {
      for (String name : NAMES) {
        Set<Prefix> list = new HashSet<>();
        for (int i = random.nextInt(8); i > 0; i--) {
          list.add(prefix());
        }
        lists.computeIfAbsent(policy, _ -> new LinkedHashMap<>()).put(name, list);
      }
      List<Sharing.ShareClass> classes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Match match =
            new Match(
                party(),
                random.nextInt(3) == 0 ? party() : null,
                null,
                List.of(),
                List.of(),
                List.of(),
                null);
        classes.add(
            new Sharing.ShareClass(
                policy + i, Rate.megabits(1), null, null, null, null, List.of(match), List.of()));
      }
      Sharing sharing = new Sharing("w0", null, null, Rate.megabits(10), null, classes);
      specs.add(
          new Spec(
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(sharing),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of()));
    }
  }

  private Party party() {
    boolean outside = random.nextInt(3) == 0;
    return new Party(
        random.nextInt(3) == 0 ? List.of(prefix(), prefix()) : List.of(),
        outside ? List.of() : List.of(name()),
        outside ? List.of(name()) : List.of(),
        random.nextInt(3) == 0 ? List.of(new Target("w", null, Map.of())) : List.of(),
        random.nextInt(3) == 0 ? List.of(prefix()) : List.of());
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private Map<String, Set<Prefix>> of(String policy) {
    return Objects.requireNonNull(lists.get(policy));
  }

  /** The rules, with the lists as they are. */
  Scene scene() {
    List<Scene.Source> sources = new ArrayList<>();
    for (int i = 0; i < POLICIES.size(); i++) {
      Map<String, List<Prefix>> contents = new LinkedHashMap<>();
      of(POLICIES.get(i)).forEach((name, list) -> contents.put(name, List.copyOf(list)));
      sources.add(
          new Scene.Source(
              TrafficPolicy.of(POLICIES.get(i), specs.get(i)),
              contents,
              (at, problem) -> new IllegalStateException(at + ": " + problem)));
    }
    return new Scene(
        sources,
        workloads,
        devices,
        (policy, _, name) ->
            FIRST_CLASS + 0x100 * POLICIES.indexOf(policy) + (name == null ? 0 : name.hashCode()));
  }

  /**
   * A change of a list.
   *
   * @param added what is added, some of it already there
   * @param removed what is removed, some of it not there
   */
  record Change(String policy, String list, List<Prefix> added, List<Prefix> removed) {}

  /** A change, made here already. */
  Change change() {
    String policy = POLICIES.get(random.nextInt(POLICIES.size()));
    String name = name();
    Set<Prefix> list = Objects.requireNonNull(of(policy).get(name));
    List<Prefix> added = new ArrayList<>();
    List<Prefix> removed = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      added.add(prefix());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      List<Prefix> from = List.copyOf(random.nextInt(4) == 0 || list.isEmpty() ? seen : list);
      removed.add(from.get(random.nextInt(from.size())));
    }
    removed.forEach(list::remove);
    list.addAll(added);
    return new Change(policy, name, added, removed);
  }

  private Prefix prefix() {
    Prefix prefix = make();
    seen.add(prefix);
    return prefix;
  }

  private Prefix make() {
    if (!seen.isEmpty() && random.nextInt(3) == 0) {
      return List.copyOf(seen).get(random.nextInt(seen.size()));
    }
    Prefix address = address();
    int most = address.six() ? 128 : 32;
    int length = random.nextInt(3) == 0 ? most : random.nextInt(most + 1);
    return cut(address, length);
  }

  private Prefix address() {
    return random.nextBoolean()
        ? Prefix.four(0x0a00_0000 | random.nextInt(4) << 12 | random.nextInt(8), 32)
        : Prefix.six(0xfd00L << 48 | random.nextInt(4) << 12, random.nextInt(8), 128);
  }

  private static Prefix cut(Prefix prefix, int length) {
    return prefix.six()
        ? Prefix.six(prefix.high(), prefix.low(), length)
        : Prefix.four(prefix.address4(), length);
  }

  /** Where anything may begin or end: what is constant between these is right if they are. */
  Set<Prefix> addresses() {
    Set<Prefix> addresses = new HashSet<>();
    Set<Prefix> all = new HashSet<>(seen);
    workloads.forEach(one -> all.addAll(one.addresses()));
    for (Prefix prefix : all) {
      add(addresses, prefix.six(), prefix.high(), prefix.low());
      long high = prefix.six() || prefix.length() < 32 ? ones(prefix.length()) : 0;
      long low = ones(prefix.length() - 64);
      add(addresses, prefix.six(), prefix.high() | high, prefix.low() | low);
    }
    return addresses;
  }

  /** An address and those beside it. */
  private static void add(Set<Prefix> addresses, boolean six, long high, long low) {
    long step = six ? 0 : 1L << 32;
    for (int by = -1; by <= 1; by++) {
      addresses.add(
          six
              ? Prefix.six(high, low + by, 128)
              : Prefix.four((int) ((high + by * step) >>> 32), 32));
    }
  }

  private static long ones(int from) {
    return from <= 0 ? -1 : from >= 64 ? 0 : -1L >>> from;
  }

  /** One of some addresses of a family. */
  @Nullable Prefix pick(Set<Prefix> addresses, boolean six) {
    List<Prefix> some = addresses.stream().filter(one -> one.six() == six).toList();
    return some.isEmpty() ? null : some.get(random.nextInt(some.size()));
  }
}
