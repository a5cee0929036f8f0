package dev.sluice.policy.rule;

import dev.sluice.datapath.DataSize;
import dev.sluice.policy.program.Tables.Allowance;
import dev.sluice.policy.program.Tables.Choice;
import dev.sluice.policy.rule.PacketRule.Purpose;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Limit;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Sampling;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the rules about packets from policies, and what each of them does. */
final class PacketRuleReader {
  private static final int FRACTION = 20;
  private static final double NANOSECONDS = 1e9;
  private static final long LEAST_BURST = 16 * 1024;
  private static final long LONGEST_PACKET = 65_536;
  private static final int USUAL_BYTES = 128;

  private final Scene scene;
  private final RuleNumbers numbers;
  private final Sites sites;
  private final List<PacketRule> rules = new ArrayList<>();
  private final Map<Integer, Integer> defaults = new TreeMap<>();
  private final Map<Integer, Integer> classes = new LinkedHashMap<>();
  private final Map<Integer, Allowance> allowances = new LinkedHashMap<>();
  private final Map<Integer, Choice> choices = new LinkedHashMap<>();

  PacketRuleReader(Scene scene, RuleNumbers numbers) {
    this.scene = scene;
    this.numbers = numbers;
    sites = new Sites(scene);
  }

  List<PacketRule> read() {
    for (Scene.Source source : scene.policies()) {
      Spec spec = source.policy().spec();
      for (int i = 0; i < spec.blocks().size(); i++) {
        read(source, "/spec/blocks/" + i, spec.blocks().get(i));
      }
      for (int i = 0; i < spec.limits().size(); i++) {
        read(source, "/spec/limits/" + i, spec.limits().get(i));
      }
      for (int i = 0; i < spec.sharing().size(); i++) {
        read(source, i, spec.sharing().get(i));
      }
      for (int i = 0; i < spec.sampling().size(); i++) {
        read(source, "/spec/sampling/" + i, spec.sampling().get(i));
      }
    }
    return rules;
  }

  Map<Integer, Integer> defaultClasses() {
    return defaults;
  }

  void write(RuleTables tables) {
    tables.classes.putAll(classes);
    tables.allowances.putAll(allowances);
    tables.choices.putAll(choices);
  }

  private static String policy(Scene.Source source) {
    return source.policy().metadata().name();
  }

  private static List<Match> orAny(List<Match> matches) {
    return matches.isEmpty() ? List.of(Match.ANY) : matches;
  }

  private void read(Scene.Source source, String at, Block block) {
    int number = numbers.next(policy(source), RuleName.Kind.BLOCK, block.name());
    List<Integer> hooks = sites.of(source, at, block.device(), block.workload(), block.way());
    rules.add(
        new PacketRule(source, at + "/match", number, Purpose.BLOCK, hooks, orAny(block.match())));
  }

  private void read(Scene.Source source, String at, Limit limit) {
    int number = numbers.next(policy(source), RuleName.Kind.LIMIT, limit.name());
    int dropped = numbers.next(policy(source), RuleName.Kind.LIMIT_DROPPED, limit.name());
    List<Integer> hooks = sites.of(source, at, limit.device(), limit.workload(), limit.way());
    rules.add(
        new PacketRule(source, at + "/match", number, Purpose.LIMIT, hooks, orAny(limit.match())));
    long rate = limit.rate().bytesPerSecond();
    if (rate == 0) {
      throw source.fault().apply(at + "/rate", "expected more than 0; a block drops everything");
    }
    DataSize said = limit.burst();
    long burst = said == null ? Math.max(rate / 10, LEAST_BURST) : said.bytes();
    if (burst < LONGEST_PACKET / 32) {
      throw source
          .fault()
          .apply(at + "/burst", "expected 2048 bytes or more, for one packet to pass: " + said);
    }
    Limit.Each each = limit.each() == null ? Limit.Each.ALL : limit.each();
    allowances.put(
        number,
        new Allowance(
            Math.round(NANOSECONDS * (1 << FRACTION) / rate),
            Math.round(burst * NANOSECONDS / rate),
            switch (each) {
              case ALL -> 0;
              case SENDER -> 1;
              case RECEIVER -> 2;
            },
            dropped));
  }

  private void read(Scene.Source source, int index, Sharing sharing) {
    String at = "/spec/sharing/" + index;
    Way usual = sharing.workload() == null ? Way.UPLOAD : Way.DOWNLOAD;
    Way way = sharing.way() == null ? usual : sharing.way();
    List<Integer> hooks = sites.of(source, at, sharing.device(), sharing.workload(), way);
    int whole = scene.classes().of(policy(source), sharing, sharing.defaultClass());
    hooks.forEach(hook -> defaults.put(hook, whole));
    for (int i = 0; i < sharing.classes().size(); i++) {
      read(source, sharing, at + "/classes/" + i, hooks, sharing.classes().get(i));
    }
  }

  private void read(
      Scene.Source source,
      Sharing sharing,
      String at,
      List<Integer> hooks,
      Sharing.ShareClass one) {
    for (int i = 0; i < one.classes().size(); i++) {
      read(source, sharing, at + "/classes/" + i, hooks, one.classes().get(i));
    }
    if (!one.match().isEmpty()) {
      int number = numbers.next(policy(source), RuleName.Kind.CLASS, one.name());
      rules.add(new PacketRule(source, at + "/match", number, Purpose.SHARE, hooks, one.match()));
      classes.put(number, scene.classes().of(policy(source), sharing, one.name()));
    }
  }

  private void read(Scene.Source source, String at, Sampling sampling) {
    int number = numbers.next(policy(source), RuleName.Kind.SAMPLE, sampling.name());
    List<Integer> hooks =
        sites.of(source, at, sampling.device(), sampling.workload(), sampling.way());
    rules.add(
        new PacketRule(
            source, at + "/match", number, Purpose.SAMPLE, hooks, orAny(sampling.match())));
    Sampling.Only only = sampling.only() == null ? Sampling.Only.ALL : sampling.only();
    choices.put(
        number,
        new Choice(
            sampling.every() == null ? 1 : sampling.every(),
            sampling.bytes() == null ? USUAL_BYTES : sampling.bytes(),
            switch (only) {
              case ALL -> 0;
              case DROPPED -> 1;
              case PASSED -> 2;
            }));
  }
}
