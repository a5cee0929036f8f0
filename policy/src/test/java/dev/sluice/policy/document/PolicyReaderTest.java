package dev.sluice.policy.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.Protocol;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import dev.sluice.policy.spec.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
  private static final String HEAD =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: shop}
      spec:
      """;

  private static final String JSON =
      "{\"apiVersion\": \"sluice.dev/v1\", \"kind\": \"TrafficPolicy\",\n"
          + " \"metadata\": {\"name\": \"%s\"},\n \"spec\": {%s}}";

  private static List<PolicyDocument> parse(String text) {
    return PolicyReader.parse("shop.yaml", text);
  }

  private static Spec spec(String text) {
    return parse(HEAD + text.indent(2)).getFirst().policy().spec();
  }

  /** Messages of what is wrong, with lines counted from the fifth, which is the text's first. */
  private static String[] problems(String text) {
    try {
      parse(HEAD + text.indent(2));
      return new String[0];
    } catch (InvalidInput e) {
      return String.valueOf(e.getMessage()).split("\n", -1);
    }
  }

  @Test
  void readsTheExample() throws IOException {
    Spec spec = parse(Project.example()).getFirst().policy().spec();

    ShareClass web = spec.sharing().getFirst().classes().get(1);
    assertThat(web.rate()).isEqualTo(Rate.megabits(60));
    Match shop = web.classes().getFirst().match().getFirst();
    assertThat(shop.sourcePorts())
        .containsExactly(Ports.of(80), Ports.of(443), new Ports(8000, 8100));
    assertThat(web.classes().get(1).match())
        .extracting(Match::mark)
        .containsExactly(new Match.Mark(0x10, null), new Match.Mark(0x20, 0xf0L));
    assertThat(spec.shaping().getFirst().upload())
        .isEqualTo(new Shape(Rate.megabits(50), DataSize.kibibytes(32), null));
    assertThat(spec.shaping().getFirst().download())
        .isEqualTo(new Shape(Rate.megabits(100), null, Duration.ofMillis(20)));
    Access access = spec.access().getFirst();
    assertThat(access.policyTypes()).containsExactly(Access.PolicyType.INGRESS);
    assertThat(access.ingress().getFirst().ports())
        .containsExactly(
            new Access.Port(Protocol.TCP, "5432", null), new Access.Port(null, "9000", 9010));
    assertThat(spec.addressLists().getFirst().except()).containsExactly(Prefix.parse("192.0.2.66"));
    assertThat(spec.programs().getFirst().constants()).containsEntry("LIMIT", 1000L);
  }

  @ParameterizedTest
  @CsvSource({
    "10mbit, 1250000",
    "1.5gbit, 187500000",
    "8000, 1000",
    "10MBIT, 1250000",
    "1kbps, 1000",
    "8kibit, 1024",
    "1tbit, 125000000000",
    "7bit, 0"
  })
  void readsRates(String text, long bytes) {
    assertThat(spec("sharing: {rate: " + text + "}").sharing().getFirst().rate())
        .isEqualTo(new Rate(bytes));
  }

  @ParameterizedTest
  @CsvSource({"32kb, 32768", "16kib, 16384", "1540, 1540", "1.5k, 1536", "2MB, 2097152", "7b, 7"})
  void readsSizes(String text, long bytes) {
    assertThat(
            spec("limits: {name: a, rate: 1mbit, burst: " + text + "}").limits().getFirst().burst())
        .isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "50ms, PT0.05S",
    "1s, PT1S",
    "200us, PT0.0002S",
    "2m, PT2M",
    "1.5s, PT1.5S",
    "0ms, PT0S"
  })
  void readsTimes(String text, Duration time) {
    assertThat(
            spec("shaping: {upload: {rate: 1mbit, queue: " + text + "}}")
                .shaping()
                .getFirst()
                .upload())
        .isEqualTo(new Shape(Rate.megabits(1), null, time));
  }

  @Test
  void textStaysAsItIsWritten() {
    assertThat(spec("workloads: {name: a, netns: 1.10, labels: {v: 0x10, w: true, x: \"null\"}}"))
        .satisfies(
            spec -> {
              assertThat(spec.workloads().getFirst().netns()).isEqualTo("1.10");
              assertThat(spec.workloads().getFirst().labels())
                  .containsEntry("v", "0x10")
                  .containsEntry("w", "true")
                  .containsEntry("x", "null");
            });
  }

  @Test
  void readsWordsInAnyCaseAndSingleValuesAsLists() {
    Block block =
        spec("blocks: {name: a, way: UPLOAD, match: {protocol: udp, ports: 53, mark: 7}}")
            .blocks()
            .getFirst();

    assertThat(block.way()).isEqualTo(Way.UPLOAD);
    assertThat(block.match())
        .containsExactly(
            new Match(
                null,
                null,
                Protocol.UDP,
                List.of(Ports.of(53)),
                List.of(),
                List.of(),
                new Match.Mark(7, null)));
  }

  @Test
  void whatIsLeftOutOrEmptyIsNothing() {
    assertThat(spec("blocks:\nlimits: []\nsharing: null\n")).isEqualTo(Spec.EMPTY);
    assertThat(spec("blocks: {name: a, device: ~}").blocks().getFirst().device()).isNull();
    assertThat(spec("blocks: {name: a, device: NULL}").blocks().getFirst().device()).isNull();
    assertThat(spec("blocks: {name: 'Null', device: '~'}").blocks().getFirst())
        .isEqualTo(new Block("Null", "~", null, null, List.of()));
  }

  @Test
  void tellsWrongValuesWithPlaceAndPath() {
    assertThat(
            problems(
                """
                sharing:
                  - device: eth0
                    rate: fast
                    way: uplod
                    classes:
                      - nam: calls
                        rate: 50%
                        burst: 32kbit
                        queue: 50
                        priority: 8
                      - name: "-"
                        rate: [1mbit]
                blocks:
                  - name: {a: b}
                    match:
                      - dscp: [1, 64, x, [2]]
                        ports: [80, 9-8, 70000, http]
                        protocol: tcpp
                        from: 10.0.0.1
                        to: {prefixes: [10.0.0.1/8, 10.0.0.0/33, nowhere]}
                        mark: {value: 0x1ffffffff, mask: 0}
                      - mark: green
                """))
        .containsExactly(
            "shop.yaml:7:13: spec.sharing[0].rate: expected a rate such as 10mbit, found \"fast\"",
            "shop.yaml:8:12: spec.sharing[0].way: expected upload or download, found \"uplod\"; did"
                + " you mean upload?",
            "shop.yaml:10:11: spec.sharing[0].classes[0].nam: unknown key; did you mean name?",
            "shop.yaml:10:11: spec.sharing[0].classes[0].name: missing; expected a word of the form"
                + " [A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?",
            "shop.yaml:11:17: spec.sharing[0].classes[0].rate: expected a rate such as 10mbit,"
                + " found \"50%\"",
            "shop.yaml:12:18: spec.sharing[0].classes[0].burst: expected a size such as 32kb, found"
                + " \"32kbit\"; sizes are in bytes, and tc would take this for 4096 bytes: write"
                + " 4kib if you mean that",
            "shop.yaml:13:18: spec.sharing[0].classes[0].queue: expected a time such as 50ms, found"
                + " \"50\"; a time has a unit: 50ms?",
            "shop.yaml:14:21: spec.sharing[0].classes[0].priority: expected a whole number from 0"
                + " to 7, found \"8\"",
            "shop.yaml:15:17: spec.sharing[0].classes[1].name: expected a word of the form"
                + " [A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?, found \"-\"",
            "shop.yaml:16:11: spec.sharing[0].classes[1].rate: expected a rate such as 10mbit,"
                + " found a list",
            "shop.yaml:18:7: spec.blocks[0].name: expected a word or number, found keys with"
                + " values",
            "shop.yaml:20:21: spec.blocks[0].match[0].dscp[1]: expected a whole number from 0 to"
                + " 63, found \"64\"",
            "shop.yaml:20:25: spec.blocks[0].match[0].dscp[2]: expected a whole number from 0 to"
                + " 63, found \"x\"",
            "shop.yaml:20:28: spec.blocks[0].match[0].dscp[3]: expected a whole number from 0 to"
                + " 63, found a list",
            "shop.yaml:21:23: spec.blocks[0].match[0].ports[1]: expected a port from 0 to 65535 or"
                + " several such as 8000-8100, found \"9-8\"",
            "shop.yaml:21:28: spec.blocks[0].match[0].ports[2]: expected a port from 0 to 65535 or"
                + " several such as 8000-8100, found \"70000\"",
            "shop.yaml:21:35: spec.blocks[0].match[0].ports[3]: expected a port from 0 to 65535 or"
                + " several such as 8000-8100, found \"http\"",
            "shop.yaml:22:21: spec.blocks[0].match[0].protocol: expected TCP, UDP, SCTP or ICMP,"
                + " found \"tcpp\"; did you mean TCP?",
            "shop.yaml:23:17: spec.blocks[0].match[0].from: expected keys with values, found"
                + " \"10.0.0.1\"",
            "shop.yaml:24:27: spec.blocks[0].match[0].to.prefixes[0]: expected an address or prefix"
                + " such as 10.0.0.0/8, found \"10.0.0.1/8\"; there are bits behind the length; did"
                + " you mean 10.0.0.0/8?",
            "… and 5 more");
  }

  @Test
  void tellsWhatIsMissingAndWhatIsTwice() {
    assertThat(problems("access:\n  - name: a\n"))
        .containsExactly(
            "shop.yaml:6:7: spec.access[0].workloadSelector: missing; expected keys with values");
    assertThat(problems("access:\n  - name:\n    workloadSelector: {}\n"))
        .containsExactly(
            "shop.yaml:6:7: spec.access[0].name: expected a word or number, found nothing");
    assertThat(problems("limits:\n  - rate: 1mbit\n    name: a\n    rate: 2mbit\n"))
        .containsExactly("shop.yaml:8:7: spec.limits[0].rate: the key stands in line 6 already");
    assertThat(problems("namespaces: {name: a, labels: [b]}"))
        .containsExactly(
            "shop.yaml:5:25: spec.namespaces.labels: expected keys with values, found a list");
    assertThat(problems("namespaces: {name: a, labels: {a/b: }}"))
        .containsExactly(
            "shop.yaml:5:34: spec.namespaces.labels.a/b: expected a word or number, found nothing");
    assertThat(problems("colour: red"))
        .containsExactly(
            "shop.yaml:5:3: spec.colour: unknown key; expected one of workloads, namespaces,"
                + " addressLists, shaping, sharing, blocks, limits, access, sampling, programs");
    assertThat(problems("blocks: [{name: &a x}, {name: *a}]"))
        .containsExactly(
            "shop.yaml:5:33: spec.blocks[1].name: expected the value itself, found a YAML alias"
                + " (*a)");
  }

  @Test
  void tellsWhatIsNoPolicy() {
    assertRefused("", "shop.yaml:1:1: expected a TrafficPolicy, found nothing");
    assertRefused(
        "---\n# nothing\n---\n", "shop.yaml:1:1: expected a TrafficPolicy, found nothing");
    assertRefused(
        "#".repeat(4_000_000), "shop.yaml:1:1: expected at most 3145728 characters, found 4000000");
    assertRefused("hello", "shop.yaml:1:1: expected a TrafficPolicy, found \"hello\"");
    assertRefused(
        "apiVersion: v1\nkind: Pod\nfoo: 1\n",
        "shop.yaml:1:13: apiVersion: expected sluice.dev/v1, found \"v1\"\n"
            + "shop.yaml:2:7: kind: expected TrafficPolicy, found \"Pod\"");
    assertRefused(
        "apiVersion: sluice.dev/v1\nKind: TrafficPolicy\n",
        "shop.yaml:1:1: kind: missing; expected kind: TrafficPolicy; found the key Kind");
    assertRefused(
        HEAD.replace("shop", "Shop") + "  {}\n",
        "shop.yaml:3:18: metadata.name: expected a word of the form"
            + " [a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?, found \"Shop\"");
    assertRefused(
        HEAD + "  blocks: [\n",
        "shop.yaml:5:12: expected YAML or JSON: while parsing a flow node: expected the node"
            + " content, but found '<stream end>'");
  }

  @Test
  void readsSeveralDocuments() {
    String second = HEAD.replace("shop", "other") + "  blocks: {nme: a}\n";

    assertThat(names(HEAD + "  {}\n---\n---\n" + HEAD.replace("shop", "other") + "  {}\n...\n"))
        .containsExactly("shop", "other");
    assertRefused(
        HEAD + "  {}\n---\n" + second.replace("nme", "name").replace("a}", "{}}"),
        "shop.yaml:11:12: spec.blocks.name: expected a word or number, found keys with values");
    assertThat(names("- " + JSON.formatted("a", "") + "\n- " + JSON.formatted("b", "")))
        .containsExactly("a", "b");
  }

  @Test
  void readsJson() {
    String first = JSON.formatted("a", "");
    String second = JSON.formatted("b", "");

    assertThat(names(first)).containsExactly("a");
    assertThat(names(first + "\n" + second)).containsExactly("a", "b");
    assertThat(names(first + second + "\n")).containsExactly("a", "b");
    assertThat(names("[" + first + ",\n\t" + second + "]")).containsExactly("a", "b");
    assertRefused(
        JSON.formatted("a", "\"limits\": [{\"name\": \"x\", \"rate\": \"x\"}]"),
        "shop.yaml:3:44: spec.limits[0].rate: expected a rate such as 10mbit, found \"x\"");
    assertRefused(
        "[" + first + ",\n" + JSON.formatted("b", "\"limit\": []") + "]",
        "shop.yaml:6:11: spec.limit: unknown key; did you mean limits?");
    assertRefused(
        first + "\n" + JSON.formatted("b", "\"blocks\": [], \"blocks\": []"),
        "shop.yaml:6:25: spec.blocks: the key stands in line 6 already");
    assertRefused(first + "\n[7]", "shop.yaml:4:2: expected a TrafficPolicy, found \"7\"");
    assertRefused(
        first + "\n" + JSON.formatted("b", "\"blocks\": [}"),
        "shop.yaml:6:22: expected YAML or JSON: Unexpected close marker '}': expected ']'");
  }

  private static List<String> names(String text) {
    return parse(text).stream().map(document -> document.policy().metadata().name()).toList();
  }

  private static void assertRefused(String text, String message) {
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> parse(text))
        .withMessage(message);
  }

  @Test
  void documentsKnowWhereTheirValuesStand() {
    String text =
        HEAD
            + """
              sharing:
                - device: eth0
                  rate: 1mbit
                  classes:
                    - name: a
                      rate: 2mbit
                      match: {ports: 53}
            """;
    PolicyDocument document = parse(HEAD + "  {}\n---\n" + text).get(1);

    assertThat(document.invalid("/spec/sharing/0/classes/0/rate", "too much"))
        .hasMessage("shop.yaml:16:17: spec.sharing[0].classes[0].rate: too much");
    assertThat(document.invalid("/spec/sharing/0/classes/0/ceil/x", "not there"))
        .hasMessage("shop.yaml:15:11: spec.sharing[0].classes[0].ceil.x: not there");
    assertThat(document.invalid("/spec/sharing/0/classes/0/match/0/ports/0", "taken"))
        .hasMessage("shop.yaml:17:26: spec.sharing[0].classes[0].match.ports: taken");
    assertThat(document.invalid("", "clashes")).hasMessage("shop.yaml:7:1: clashes");
    assertThatIllegalArgumentException().isThrownBy(() -> document.invalid("spec", "x"));
  }

  @Test
  void documentsOfAListKnowWhereTheirValuesStand() {
    PolicyDocument second =
        parse("[" + JSON.formatted("a", "") + ",\n" + JSON.formatted("b", "\"blocks\": []") + "]")
            .get(1);

    assertThat(second.invalid("/spec/blocks", "x")).hasMessage("shop.yaml:6:11: spec.blocks: x");
    assertThat(second.invalid("", "x")).hasMessage("shop.yaml:4:1: x");
  }

  @Test
  void documentsOfNoFileHaveNoLines() {
    PolicyDocument document = PolicyDocument.of("here", TrafficPolicy.of("a", Spec.EMPTY));

    assertThat(document.invalid("/spec/blocks/0", "x")).hasMessage("here: spec.blocks[0]: x");
    assertThat(document.policy().metadata().name()).isEqualTo("a");
    assertThat(document.source()).isEqualTo("here");
  }

  @Test
  void readsFiles(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.yaml");
    Files.writeString(file, "\ufeff" + HEAD + "  {}\n");

    assertThat(PolicyReader.read(file)).hasSize(1);
    assertThat(PolicyReader.read(file).getFirst().source()).isEqualTo(file.toString());
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> PolicyReader.read(folder.resolve("b.yaml")));
  }
}
