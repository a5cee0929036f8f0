package dev.sluice.policy.document;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A mapping of a document: keys with values. It knows where each stands. */
public final class Section {
  private final Locations locations;
  private final String path;
  private final Value.Keys keys;
  private final Set<String> known = new TreeSet<>();

  private Section(Locations locations, String path, Value.Keys keys) {
    this.locations = locations;
    this.path = path;
    this.keys = keys;
  }

  /**
   * Reads a file with one document.
   *
   * @throws NotFound if there is no such file
   * @throws InvalidInput if it cannot be read, or is no mapping
   */
  public static Section read(Path file) {
    return parse(file.toString(), text(file));
  }

  /** A file's text. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new NotFound("file", file.toString());
    } catch (CharacterCodingException e) {
      throw new InvalidInput(file.toString(), 0, 0, "expected text in UTF-8");
    } catch (AccessDeniedException e) {
      throw new InvalidInput(file.toString(), 0, 0, "no permission to read the file");
    } catch (IOException e) {
      throw new InvalidInput(file.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * Reads a document from text.
   *
   * @param source what errors call it
   */
  public static Section parse(String source, String text) {
    Locations locations = Locations.of(source, text);
    if (!(locations.root() instanceof Value.Keys keys)) {
      throw locations.invalid("", "expected keys with values, found " + locations.root().kind());
    }
    return new Section(locations, "", keys);
  }

  private String pathOf(String key) {
    return Locations.path(path, key);
  }

  private @Nullable Value find(String key) {
    known.add(key);
    Value value = keys.values().get(key);
    return value instanceof Value.Nothing ? null : value;
  }

  /** Whether there is a value for a key. */
  public boolean has(String key) {
    return find(key) != null;
  }

  /** The word or number that stands for a key; empty if none does. */
  public Optional<String> text(String key) {
    Value value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Value.Scalar scalar)) {
      throw invalid(key, "expected a word or number, found " + value.kind());
    }
    return Optional.of(scalar.text());
  }

  /**
   * A value read by a function.
   *
   * @param read gives null for what it cannot read
   * @param expected what it reads, as a person would say it
   */
  public <T> Optional<T> value(String key, Function<String, @Nullable T> read, String expected) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    T value = read.apply(text.get());
    if (value == null) {
      throw invalid(key, "expected " + expected + ", found " + new Value.Scalar(text.get()).kind());
    }
    return Optional.of(value);
  }

  /** A whole number within bounds. */
  public Optional<Long> number(String key, long least, long most) {
    return value(
        key,
        text -> {
          try {
            long number = Long.decode(text.replace("_", ""));
            return number >= least && number <= most ? number : null;
          } catch (NumberFormatException e) {
            return null;
          }
        },
        "a whole number from " + least + " to " + most);
  }

  /** {@code true} or {@code false}. */
  public Optional<Boolean> flag(String key) {
    return value(
        key,
        text -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null,
        "true or false");
  }

  /** The mapping that stands for a key; empty if none does. */
  public Optional<Section> section(String key) {
    Value value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Value.Keys inner)) {
      throw invalid(key, "expected keys with values, found " + value.kind());
    }
    return Optional.of(new Section(locations, pathOf(key), inner));
  }

  /** The mappings of the list that stands for a key; empty if none does. */
  public List<Section> sections(String key) {
    Value value = find(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Value.Items items)) {
      throw invalid(key, "expected a list, found " + value.kind());
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < items.values().size(); i++) {
      Value item = items.values().get(i);
      String itemPath = pathOf(key) + "/" + i;
      if (!(item instanceof Value.Keys inner)) {
        throw locations.invalid(itemPath, "expected keys with values, found " + item.kind());
      }
      sections.add(new Section(locations, itemPath, inner));
    }
    return sections;
  }

  /** Refuses keys that nobody has asked for, with the nearest one that somebody has. */
  public void rejectUnknown() {
    for (String key : keys.values().keySet()) {
      if (!known.contains(key)) {
        String near = Spelling.nearest(key, known);
        throw invalid(
            key,
            near == null
                ? "unknown key; expected one of " + String.join(", ", known)
                : "unknown key; did you mean " + near + "?");
      }
    }
  }

  /** What is wrong with the value of a key, with where it stands. */
  public InvalidInput invalid(String key, String problem) {
    return locations.invalid(pathOf(key), problem);
  }

  /** What is wrong with the whole mapping, with where it stands. */
  public InvalidInput invalid(String problem) {
    return locations.invalid(path, problem);
  }
}
