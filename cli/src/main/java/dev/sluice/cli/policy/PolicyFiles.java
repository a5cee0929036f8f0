package dev.sluice.cli.policy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.plan.PolicyLint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Policies from files, checked.
 *
 * @param documents the policies, each name once
 * @param warnings what is likely not what was meant
 */
record PolicyFiles(List<PolicyDocument> documents, List<String> warnings) {
  /**
   * Reads files.
   *
   * @throws InvalidInput if something in them cannot be done
   */
  static PolicyFiles read(List<Path> files) {
    Map<String, PolicyDocument> documents = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    for (Path file : files) {
      for (PolicyDocument document : PolicyReader.read(file)) {
        String name = document.policy().metadata().name();
        PolicyDocument other = documents.putIfAbsent(name, document);
        if (other != null) {
          throw document.invalid(
              "/metadata/name", "policy " + name + " stands in " + other.source() + " already");
        }
        warnings.addAll(PolicyLint.check(document));
      }
    }
    return new PolicyFiles(List.copyOf(documents.values()), List.copyOf(warnings));
  }
}
