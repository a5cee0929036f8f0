package dev.sluice.policy.document;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.spec.TrafficPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads TrafficPolicy documents: YAML, several divided by {@code ---}, or JSON, one object, several
 * or a list.
 *
 * <p>A list of one may be written as its item. Text is what is written: {@code 1.10} is no number
 * where a text is meant.
 */
public final class PolicyReader {
  private static final int MOST_PROBLEMS = 20;

  private static final Comparator<InvalidInput> BY_PLACE =
      Comparator.comparingInt(InvalidInput::line).thenComparingInt(InvalidInput::column);

  private PolicyReader() {}

  /**
   * Reads a file.
   *
   * @return at least one document
   * @throws NotFound if there is no such file
   * @throws InvalidInput if it is no policy; the first problem has the place, and the others follow
   *     it, each in a line
   */
  public static List<PolicyDocument> read(Path file) {
    return parse(file.toString(), Section.text(file));
  }

  /**
   * Reads text.
   *
   * @param source what errors call it
   * @return at least one document
   * @throws InvalidInput as {@link #read} does
   */
  public static List<PolicyDocument> parse(String source, String text) {
    List<PolicyDocument> documents = new ArrayList<>();
    List<InvalidInput> problems = new ArrayList<>();
    for (Locations locations : Locations.all(source, text)) {
      if (locations.root() instanceof Value.Items list) {
        for (int i = 0; i < list.values().size(); i++) {
          document(locations, list.values().get(i), "/" + i, documents, problems);
        }
      } else {
        document(locations, locations.root(), "", documents, problems);
      }
    }
    if (!problems.isEmpty()) {
      throw together(problems);
    }
    if (documents.isEmpty()) {
      throw new InvalidInput(source, 1, 1, "expected a TrafficPolicy, found nothing");
    }
    return List.copyOf(documents);
  }

  private static void document(
      Locations locations,
      Value value,
      String base,
      List<PolicyDocument> documents,
      List<InvalidInput> problems) {
    if (!(value instanceof Value.Keys keys)) {
      problems.add(locations.invalid(base, "", "expected a TrafficPolicy, found " + value.kind()));
      return;
    }
    int before = problems.size();
    head(locations, keys, base, "apiVersion", TrafficPolicy.API_VERSION, problems);
    head(locations, keys, base, "kind", TrafficPolicy.KIND, problems);
    if (problems.size() > before) {
      return; // What else stands there is of another form.
    }
    Binder binder = new Binder(locations, base);
    if (binder.record(TrafficPolicy.class, value, "") instanceof TrafficPolicy policy) {
      documents.add(
          new PolicyDocument(locations.source(), policy, locations, base, binder.singles()));
    }
    problems.addAll(binder.problems());
  }

  private static void head(
      Locations locations,
      Value.Keys keys,
      String base,
      String key,
      String expected,
      List<InvalidInput> problems) {
    Value found = keys.values().get(key);
    if (found == null) {
      String near =
          keys.values().keySet().stream()
              .filter(other -> other.toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT)))
              .findFirst()
              .map(other -> "; found the key " + other)
              .orElse("");
      problems.add(
          locations.invalid(base, "/" + key, "missing; expected " + key + ": " + expected + near));
    } else if (!(found instanceof Value.Scalar(String text)) || !text.equals(expected)) {
      problems.add(
          locations.invalid(base, "/" + key, "expected " + expected + ", found " + found.kind()));
    }
  }

  /** The first problem, with the others behind it. */
  private static InvalidInput together(List<InvalidInput> problems) {
    List<InvalidInput> sorted = problems.stream().sorted(BY_PLACE).toList();
    InvalidInput first = sorted.getFirst();
    if (sorted.size() == 1) {
      return first;
    }
    String others =
        sorted.stream()
            .skip(1)
            .limit(MOST_PROBLEMS - 1)
            .map(InvalidInput::getMessage)
            .collect(Collectors.joining("\n"));
    int rest = sorted.size() - MOST_PROBLEMS;
    return new InvalidInput(
        first.source(),
        first.line(),
        first.column(),
        first.problem() + "\n" + others + (rest > 0 ? "\n… and " + rest + " more" : ""));
  }
}
