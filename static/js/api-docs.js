// The page on which the interface for programs can be tried. Nothing is asked of any other server.
SwaggerUIBundle({
  url: document.getElementById("api").dataset.schema,
  domNode: document.getElementById("api"),
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
});
