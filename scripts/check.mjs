// npm run check: all that is said of the code without running it, and the tests; each by itself has a script of its own.
import { main, prepare, run } from "./setup.mjs";

await main(async () => {
  prepare();
  for (const script of ["lint", "types", "knip", "test"]) run("npm", ["run", "--silent", script]);
});
