// npm run check: static checks and the tests. Each of them also has its own script.
import { main, prepare, run } from "./setup.mjs";

await main(async () => {
  prepare();
  for (const script of ["lint", "types", "knip", "test"]) run("npm", ["run", "--silent", script]);
});
