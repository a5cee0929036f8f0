package dev.sluice.conformance.suite;

import dev.sluice.datapath.chain.Direction;
import org.junit.jupiter.api.Nested;

/** Every area of the suite. A datapath's test class extends it, and adds a testbed. */
public abstract class WholeSuite {
  @Nested
  class DatapathsOfAHost extends Datapaths {}

  @Nested
  class ChainsOnIngress extends Chains {
    ChainsOnIngress() {
      super(Direction.INGRESS);
    }
  }

  @Nested
  class ChainsOnEgress extends Chains {
    ChainsOnEgress() {
      super(Direction.EGRESS);
    }
  }

  @Nested
  class RefusalsOfChains extends ChainRefusals {}

  @Nested
  class ChainsAtTheClassicHook extends ClassicChains {}

  @Nested
  class VerdictsOnIngress extends Verdicts {
    VerdictsOnIngress() {
      super(Direction.INGRESS);
    }
  }

  @Nested
  class VerdictsOnEgress extends Verdicts {
    VerdictsOnEgress() {
      super(Direction.EGRESS);
    }
  }

  @Nested
  class OwnershipOfLinks extends LinkOwnership {}

  @Nested
  class XdpProgramsOfADevice extends XdpHooks {}

  @Nested
  class ChainsOfNetkit extends NetkitChains {}

  @Nested
  class ProgramsOfControlGroups extends GroupPrograms {}

  @Nested
  class MovesOfPrograms extends ProgramMoves {}

  @Nested
  class ChainsAtRandom extends RandomChains {}

  @Nested
  class QdiscsOfADevice extends Qdiscs {}

  @Nested
  class ClassesAtRandom extends RandomClasses {}

  @Nested
  class ClassesOfHtb extends Classes {}

  @Nested
  class U32FiltersOfHtb extends U32Filters {}

  @Nested
  class BpfFiltersOfADevice extends BpfFilters {}

  @Nested
  class DevicesOfKindIfb extends IfbDevices {}

  @Nested
  class ActionsOfFilters extends Actions {}

  @Nested
  class PreclassificationForHtb extends Preclassification {}

  @Nested
  class SetupsOfTheArticle extends ArticleSetups {}

  @Nested
  class TypesOfMaps extends MapTypes {}

  @Nested
  class LoadingOfPrograms extends ProgramLoading {}

  @Nested
  class ProgramsOfObjectFiles extends ObjectFiles {}

  @Nested
  class RunsOnGivenPackets extends TestRuns {}

  @Nested
  class SnippetsOfTheJavadoc extends Snippets {}
}
