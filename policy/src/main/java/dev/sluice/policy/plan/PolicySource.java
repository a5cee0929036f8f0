package dev.sluice.policy.plan;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.address.AddressLists;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.document.PolicyWriter;
import dev.sluice.policy.spec.AddressList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A policy that is to hold, new or as it was applied before.
 *
 * @param document the policy
 * @param applied what it stood for before; of a new one, only the numbers of its classes count;
 *     null for one that nobody applied before
 * @param kept whether it was applied before and is not given anew: then what it needs may be gone,
 *     and it holds as far as it can
 */
public record PolicySource(PolicyDocument document, @Nullable Applied applied, boolean kept) {
  /**
   * Policies of which nobody applied any before.
   *
   * @throws InvalidInput if two have the same name
   */
  public static List<PolicySource> given(List<PolicyDocument> documents) {
    Set<String> names = new HashSet<>();
    List<PolicySource> sources = new ArrayList<>();
    for (PolicyDocument document : documents) {
      PolicySource source = given(document, null);
      if (!names.add(source.name())) {
        throw document.invalid("/metadata/name", "there is a policy " + source.name() + " already");
      }
      sources.add(source);
    }
    return sources;
  }

  /** A policy that is given, perhaps in place of one with its name. */
  static PolicySource given(PolicyDocument document, @Nullable Applied before) {
    return new PolicySource(document, before, false);
  }

  /** A policy that goes on as it was applied. */
  static PolicySource kept(String name, Applied applied) {
    List<PolicyDocument> documents = PolicyReader.parse("policy " + name, applied.text());
    return new PolicySource(documents.getFirst(), applied, true);
  }

  /** The document, to be kept for the next run. */
  String text() {
    return kept && applied != null ? applied.text() : PolicyWriter.yaml(document.policy());
  }

  /** The policy's name. */
  public String name() {
    return document.policy().metadata().name();
  }

  /** The folder of its file, where the names of other files begin. */
  Path folder() {
    Path folder = Path.of(document.source()).getParent();
    return folder == null ? Path.of("") : folder;
  }

  /**
   * The addresses of its lists, by their names.
   *
   * @throws InvalidInput with its place, if a list cannot be read
   */
  SortedMap<String, List<Prefix>> lists() {
    if (kept && applied != null) {
      return applied.lists();
    }
    SortedMap<String, List<Prefix>> lists = new TreeMap<>();
    List<AddressList> described = document.policy().spec().addressLists();
    for (int i = 0; i < described.size(); i++) {
      AddressList list = described.get(i);
      String at = "/spec/addressLists/" + i;
      List<Prefix> prefixes;
      try {
        prefixes = AddressLists.resolve(list, folder());
      } catch (InvalidInput | NotFound e) {
        throw document.invalid(at, String.valueOf(e.getMessage()));
      }
      if (lists.put(list.name(), prefixes) != null) {
        throw document.invalid(at + "/name", "there is a list " + list.name() + " already");
      }
    }
    return lists;
  }
}
