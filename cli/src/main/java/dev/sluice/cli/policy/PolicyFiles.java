package dev.sluice.cli.policy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.PolicyLint;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.Way;
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
        requireBuilt(document);
        warnings.addAll(PolicyLint.check(document));
      }
    }
    return new PolicyFiles(List.copyOf(documents.values()), List.copyOf(warnings));
  }

  /** A policy is applied whole or not at all, so one with parts that cannot be is refused. */
  private static void requireBuilt(PolicyDocument document) {
    Spec spec = document.policy().spec();
    requireNone(document, "blocks", spec.blocks());
    requireNone(document, "limits", spec.limits());
    requireNone(document, "access", spec.access());
    requireNone(document, "sampling", spec.sampling());
    requireNone(document, "programs", spec.programs());
    for (int i = 0; i < spec.shaping().size(); i++) {
      Shaping shaping = spec.shaping().get(i);
      String pointer = "/spec/shaping/" + i;
      if (shaping.device() != null && shaping.download() != null) {
        throw unbuilt(document, pointer + "/download", "shaping of what arrives at a device");
      }
      if (shaping.workload() != null && shaping.upload() != null) {
        throw unbuilt(document, pointer + "/upload", "shaping of what a workload sends");
      }
    }
    for (int i = 0; i < spec.sharing().size(); i++) {
      Sharing sharing = spec.sharing().get(i);
      Way built = sharing.device() != null ? Way.UPLOAD : Way.DOWNLOAD;
      if (sharing.way() != null && sharing.way() != built) {
        throw unbuilt(document, "/spec/sharing/" + i + "/way", "sharing of what arrives");
      }
      for (int j = 0; j < sharing.classes().size(); j++) {
        requireNoMatch(document, "/spec/sharing/" + i + "/classes/" + j, sharing.classes().get(j));
      }
    }
  }

  private static void requireNoMatch(
      PolicyDocument document, String pointer, Sharing.ShareClass shareClass) {
    if (!shareClass.match().isEmpty()) {
      throw unbuilt(document, pointer + "/match", "choosing packets by matches");
    }
    for (int i = 0; i < shareClass.classes().size(); i++) {
      requireNoMatch(document, pointer + "/classes/" + i, shareClass.classes().get(i));
    }
  }

  private static void requireNone(PolicyDocument document, String part, List<?> items) {
    if (!items.isEmpty()) {
      throw unbuilt(document, "/spec/" + part, part);
    }
  }

  private static InvalidInput unbuilt(PolicyDocument document, String pointer, String what) {
    return document.invalid(
        pointer,
        "sluice apply cannot do this yet: " + what + "; the policy is not applied in part");
  }
}
