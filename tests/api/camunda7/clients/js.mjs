// camunda-external-task-client-js, unchanged: does what `test_clients` says, and prints what it saw as JSON.
import { BasicAuthInterceptor, Client, File, Variables } from "camunda-external-task-client-js";

const [baseUrl, username, password] = process.argv.slice(2);
const interceptors = new BasicAuthInterceptor({ username, password });
const client = new Client({ baseUrl, interceptors, workerId: "js", maxTasks: 1, asyncResponseTimeout: 5000 });
const seen = {};

client.subscribe("print", { variables: ["tree", "paper"] }, async ({ task, taskService }) => {
  if (task.businessKey === "C-2") {
    await taskService.handleBpmnError(task, "JAM", "it jams", new Variables().set("tray", 2));
    client.stop();
    console.log(JSON.stringify(seen));
    return;
  }
  if (task.retries === null) {
    const paper = await task.variables.get("paper").load();
    Object.assign(seen, { tree: task.variables.get("tree"), paper: paper.content.toString(), "business key": task.businessKey });
    await taskService.handleFailure(task, { errorMessage: "jammed", errorDetails: "tray 2", retries: 1, retryTimeout: 0 });
    return;
  }
  seen.retries = task.retries;
  await taskService.extendLock(task, 90000);
  const receipt = await new File({ localPath: new URL(import.meta.url).pathname, mimetype: "text/plain" }).load();
  const variables = new Variables().setTyped("answer", { type: "json", value: { b: 2 }, valueInfo: {} });
  variables.set("plain", 3).setTyped("receipt", { type: "file", value: receipt, valueInfo: {} });
  await taskService.complete(task, variables);
});
