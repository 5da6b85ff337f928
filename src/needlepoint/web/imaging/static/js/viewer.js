// The viewer asks this patient's own addresses, and no other place.
"use strict";
console.time("scriptToView"); // the viewer ends this timer when it is there
window.PUBLIC_URL = "/static/vendor/ohif/";
window.browserImportFunction = (name) => import(name);
try {
  localStorage.setItem("shownTours", JSON.stringify(["basicViewerTour"])); // no tour between a reader and the images
} catch {
  // Where storage is forbidden, the tour can be skipped by hand.
}
const patient = location.pathname.split("/images/")[0];
const root = `${location.origin}${patient}/dicomweb`;
window.config = {
  name: "needlepoint",
  routerBasename: `${patient}/images/`,
  extensions: [],
  modes: [],
  customizationService: {},
  showStudyList: false,
  maxNumberOfWebWorkers: 2,
  showWarningMessageForCrossOrigin: false,
  showCPUFallbackMessage: false,
  showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true,
  investigationalUseDialog: { option: "never" },
  maxNumRequests: { interaction: 20, thumbnail: 4, prefetch: 8 },
  showErrorDetails: "production",
  defaultDataSourceName: "needlepoint",
  dataSources: [
    {
      namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
      sourceName: "needlepoint",
      configuration: {
        friendlyName: "Needlepoint",
        name: "needlepoint",
        qidoRoot: root,
        wadoRoot: root,
        wadoUriRoot: root,
        qidoSupportsIncludeField: false,
        imageRendering: "wadors",
        thumbnailRendering: "wadors",
        enableStudyLazyLoad: true,
        supportsFuzzyMatching: false,
        supportsWildcard: false,
        supportsReject: false,
        dicomUploadEnabled: false,
        singlepart: "",
        bulkDataURI: { enabled: true, relativeResolution: "studies" },
        omitQuotationForMultipartRequest: true,
      },
    },
  ],
  httpErrorHandler: () => {},
};
