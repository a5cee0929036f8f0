package dev.sluice.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.program.Services;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Addresses and ports get the same number exactly if they are in the same sets. */
class PartitionTest {
  @Test
  void addressesOfOneIdentityAreInTheSameSets() {
    Random random = new Random(11);
    for (int round = 0; round < 60; round++) {
      List<AddressSet> sets = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        sets.add(
            AddressSet.of(prefixes(random), random.nextBoolean() ? prefixes(random) : Set.of()));
      }
      AddressPartition partition = AddressPartition.of(sets, _ -> List.of());
      Map<Set<Integer>, Integer> identities = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        Prefix address =
            random.nextBoolean()
                ? Prefix.four(0x0a00_0000 | random.nextInt(64), 32)
                : Prefix.six(0xfd00L << 48, random.nextInt(64), 128);
        Set<Integer> in = new HashSet<>();
        for (int s = 0; s < sets.size(); s++) {
          if (contains(sets.get(s).within().prefixes(), address)
              && !contains(sets.get(s).without().prefixes(), address)) {
            in.add(s);
          }
        }
        int identity = identity(partition, address);
        if (in.isEmpty()) {
          assertThat(identity).isBetween(0, 1);
        } else {
          assertThat(identity).isBetween(2, partition.size() - 1);
          assertThat(identities.computeIfAbsent(in, _ -> identity)).isEqualTo(identity);
        }
        for (int s = 0; s < sets.size(); s++) {
          assertThat(partition.of(sets.get(s)).contains(identity)).isEqualTo(in.contains(s));
        }
      }
    }
  }

  private static boolean contains(Set<Prefix> prefixes, Prefix address) {
    return prefixes.stream().anyMatch(one -> one.contains(address));
  }

  private static Set<Prefix> prefixes(Random random) {
    Set<Prefix> prefixes = new HashSet<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      prefixes.add(
          switch (random.nextInt(8)) {
            case 0 -> Prefix.four(0, 0);
            case 1 -> Prefix.six(0, 0, 0);
            case 2, 3 -> Prefix.six(0xfd00L << 48, random.nextInt(64), 120 + random.nextInt(9));
            default -> Prefix.four(0x0a00_0000 | random.nextInt(64), 25 + random.nextInt(8));
          });
    }
    return prefixes;
  }

  /** As the table finds it: that of the longest prefix that the address is in. */
  private static int identity(AddressPartition partition, Prefix address) {
    int length = -1;
    int found = 0;
    for (Map.Entry<Prefix, Integer> one : partition.prefixes().entrySet()) {
      if (one.getKey().contains(address) && one.getKey().length() > length) {
        length = one.getKey().length();
        found = one.getValue();
      }
    }
    return found;
  }

  @Test
  void portsOfOneServiceAreInTheSameSets() {
    Random random = new Random(12);
    for (int round = 0; round < 20; round++) {
      List<ServiceSet> sets = new ArrayList<>();
      List<Set<Integer>> places = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        Protocol protocol = random.nextInt(4) == 0 ? null : Protocol.values()[random.nextInt(4)];
        List<Ports> ports = new ArrayList<>();
        for (int k = random.nextInt(3); k > 0; k--) {
          int first = random.nextInt(40);
          ports.add(new Ports(first, first + random.nextInt(20)));
        }
        ServiceSet set = ServiceSet.of(protocol, ports);
        sets.add(set);
        Set<Integer> all = new HashSet<>();
        for (ServiceSet.Range range : set.ranges()) {
          for (int at = range.first(); at <= range.last(); at++) {
            all.add(at);
          }
        }
        places.add(all);
      }
      ServicePartition partition = ServicePartition.of(sets);
      long[] words = partition.words();
      Map<Set<Integer>, Integer> services = new HashMap<>();
      for (int i = 0; i < 2_000; i++) {
        int place = random.nextInt(4) * Services.PORTS + random.nextInt(70);
        int service = (int) (words[place / 4] >>> (place % 4 * 16)) & 0xffff;
        Set<Integer> in = new HashSet<>();
        for (int s = 0; s < sets.size(); s++) {
          if (places.get(s).contains(place)) {
            in.add(s);
          }
          assertThat(partition.of(sets.get(s)).contains(service))
              .isEqualTo(places.get(s).contains(place));
        }
        assertThat(service == 0).isEqualTo(in.isEmpty());
        assertThat(services.computeIfAbsent(in, _ -> service)).isEqualTo(service);
      }
    }
  }
}
