package dev.sluice.conformance.kernel;

import dev.sluice.conformance.suite.Actions;
import dev.sluice.conformance.suite.ArticleSetups;
import dev.sluice.conformance.suite.BpfFilters;
import dev.sluice.conformance.suite.ChainRefusals;
import dev.sluice.conformance.suite.Chains;
import dev.sluice.conformance.suite.Classes;
import dev.sluice.conformance.suite.ClassicChains;
import dev.sluice.conformance.suite.Datapaths;
import dev.sluice.conformance.suite.LinkOwnership;
import dev.sluice.conformance.suite.MapTypes;
import dev.sluice.conformance.suite.Preclassification;
import dev.sluice.conformance.suite.ProgramLoading;
import dev.sluice.conformance.suite.Qdiscs;
import dev.sluice.conformance.suite.RandomChains;
import dev.sluice.conformance.suite.RandomClasses;
import dev.sluice.conformance.suite.Snippets;
import dev.sluice.conformance.suite.TestRuns;
import dev.sluice.conformance.suite.U32Filters;
import dev.sluice.conformance.suite.Verdicts;
import dev.sluice.conformance.testbed.TestbedExtension;
import dev.sluice.datapath.chain.Direction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole suite on the kernel. */
@Tag("datapath.kernel")
class KernelConformanceTest {
  @RegisterExtension
  static final TestbedExtension TESTBEDS = new TestbedExtension(new KernelTestbeds());

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
  class RunsOnGivenPackets extends TestRuns {}

  @Nested
  class SnippetsOfTheJavadoc extends Snippets {}
}
