import { clinic } from "../src/blueprints/clinic/index.ts";
import { exampleProps } from "../src/blueprints/clinic/testing.ts";
import { synthesize } from "../src/synthesize.ts";

// As many environments of the clinic as are asked for, each with its own name, network and domain; as src/main.ts does it.
const count = Number(process.argv[2]);
const { network, domain } = exampleProps;
const environments = Array.from({ length: count }, (_, index) =>
  clinic({
    ...exampleProps,
    name: `e${index}`,
    network: { ...network, cidr: `10.${index}.0.0/16` },
    domain: { ...domain, name: `e${index}.${domain.name}` },
  }),
);
synthesize(environments, { stackTraces: false });
