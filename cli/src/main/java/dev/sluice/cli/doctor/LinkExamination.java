package dev.sluice.cli.doctor;

import dev.sluice.cli.chain.DefunctLink;
import java.util.ArrayList;
import java.util.List;

/** Looks for links of others that are attached to nothing, and still held. */
final class LinkExamination implements Examination {
  @Override
  public List<Finding> findings(Scope scope) {
    List<Finding> findings = new ArrayList<>();
    if (!scope.isEverything()) {
      return findings; // a link that lost its device does not tell which it was
    }
    for (DefunctLink link : DefunctLink.list(scope.datapath(), scope.pins())) {
      if (!link.mine()) {
        findings.add(
            new Finding(
                Check.DEFUNCT_LINK,
                "link " + link.link(),
                "it was for program %d at %s, is attached to nothing, and held by %s"
                    .formatted(
                        link.id(),
                        link.direction(),
                        link.holders().isEmpty() ? "nobody visible" : link.holders()),
                link.pins().isEmpty()
                    ? "its holder has to close it"
                    : "its owner may remove " + String.join(", ", link.pins())));
      }
    }
    return findings;
  }
}
